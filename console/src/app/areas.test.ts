import { expect, test } from 'vitest';
import { areas, addressOf, isCurrent, sameAreaIn } from './areas';

const current = (pathname: string) => areas.filter((area) => isCurrent(area, 'demo', pathname)).map((area) => area.label);

test('one area is current, with what lies below it', () => {
  expect(current('/demo/rules')).toEqual(['Rules']);
  expect(current('/demo/rules/rul_1/edit')).toEqual(['Rules']);
  expect(current('/demo/price-changes')).toEqual(['Price changes']);
  expect(current('/demo/approvals')).toEqual(['Approvals']);
  expect(current('/demo/price-changes/pch_1')).toEqual(['Price changes']);
  expect(current('/demo/')).toEqual(['Home']);
  expect(current('/other/rules')).toEqual([]);
  expect(current('/demo/rulesets')).toEqual([]);
});

test('no letter leads to two areas', () => {
  const letters = areas.flatMap((area) => area.letter ?? []);
  expect(new Set(letters).size).toBe(letters.length);
});

test('no two areas have one address', () => {
  const addresses = areas.map((area) => addressOf('demo', area));
  expect(new Set(addresses).size).toBe(addresses.length);
});

test('changing the project keeps the area but not the thing', () => {
  expect(sameAreaIn('north', '/demo/rules/rul_1')).toBe('/north/rules');
  expect(sameAreaIn('north', '/demo')).toBe('/north');
  expect(sameAreaIn('north', '/demo/nowhere')).toBe('/north');
});
