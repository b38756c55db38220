import { describe, expect, it } from 'vitest';
import { addressFault, deliveryState, DELIVERY_STATES, readTypes, webhookState } from './webhook-words';

describe('event types as typed', () => {
  it('are separated by lines, commas or blanks, and named once', () => {
    expect(readTypes('price.*, run.finished\nprice.*  ')).toEqual(['price.*', 'run.finished']);
    expect(readTypes('  ')).toEqual([]);
  });
});

describe('an address', () => {
  it('is one that events can be sent to', () => {
    expect(addressFault('')).toBeDefined();
    expect(addressFault('shop.example/calibr')).toBeDefined();
    expect(addressFault('javascript:alert(1)')).toBeDefined();
    expect(addressFault(' https://shop.example/calibr ')).toBeUndefined();
  });
});

describe('states', () => {
  it('have words, and a new one keeps its own', () => {
    expect(DELIVERY_STATES).toEqual(['pending', 'delivered', 'failed', 'dropped']);
    expect([webhookState('enabled').word, deliveryState('lost_track').word]).toEqual(['Switched on', 'Lost track']);
  });
});
