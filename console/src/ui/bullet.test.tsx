// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Bullet } from './bullet';

afterEach(cleanup);

function between(...edges: string[]) {
  const { container } = render(<Bullet span={{ value: '10', edges }} tone="neutral" />);
  const drawn = container.querySelector('rect')!;
  return [Number(drawn.getAttribute('x')), Number(drawn.getAttribute('width'))] as const;
}

describe('a value between its limits', () => {
  it('is drawn alike when the limits cross', () => {
    const [x, width] = between('8', '14');
    expect(width).toBeGreaterThan(0);
    expect(between('14', '8')).toEqual([x, width]);
  });
});
