import { describe, expect, it } from 'vitest';
import { axesOf, beyond, pathOf, pointsOf, roomy, type Point } from './margin-points';

const point = (change: string, level: string, mark: Point['mark'] = 'cut'): Point => ({ mark, change, level });
const place = (text: string) => Number(text);

describe('points', () => {
  it('are the rows whose change and margin are known', () => {
    const rows = [
      { outcome: 'cut', change_pct: '-5.00', margin_pct: '12.00' },
      { outcome: 'raise', change_pct: '5.00', margin_pct: null },
      { outcome: 'blocked', change_pct: null, margin_pct: '3.00' },
    ];
    expect(pointsOf(rows)).toEqual([point('-5.00', '12.00')]);
  });

  it('of one mark are one path, each spot drawn once', () => {
    const path = pathOf([point('-5', '12'), point('-5.00', '12.00'), point('5', '30', 'raise')], 'cut', place, place);
    expect(path.match(/M/g)).toEqual(['M']);
    expect(path).toContain('M-5 12');
    expect(pathOf([], 'blocked', place, place)).toBe('');
  });
});

describe('the axes', () => {
  it('hold all points, zero and the floor', () => {
    const points = [point('-12.50', '31.00'), point('-35.00', '4.00')];
    const { x, y } = axesOf(points, '-25');
    expect([x[0], x.at(-1)]).toEqual(['-40', '0']);
    expect([y[0], y.at(-1)]).toEqual(['-50', '40']);
    expect(beyond(points, { x, y })).toBe(0);
  });

  it('end where points would be alone on the paper, and those are counted', () => {
    const points = [point('900.00', '-700.00'), point('1.00', '50.00')];
    const axes = axesOf(points, '0');
    expect([axes.x.at(-1), axes.y[0]]).toEqual(['200', '-100']);
    expect(beyond(points, axes)).toBe(1);
  });

  it('are never a single tick', () => {
    const { x, y } = axesOf([point('0.00', '0.00')], '0');
    expect(x.length).toBeGreaterThan(1);
    expect(y.length).toBeGreaterThan(1);
  });

  it('keep zero where there is no room for every tick', () => {
    expect(roomy(['-40', '-30', '-20', '-10', '0', '10'], 3)).toEqual(['-40', '-20', '0']);
    expect(roomy(['-10', '0'], 9)).toEqual(['-10', '0']);
  });
});
