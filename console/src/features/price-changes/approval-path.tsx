// The way from the plan to the shop: a node for each stage, left to right, or from top to bottom where it is narrow.
import type { Schemas } from '../../api/client';
import { wrapped } from '../../shared/wrapped';
import { Figure, FigureTable } from '../../ui/figure';
import { glyphPath } from '../../ui/glyph';
import { findingOf, stagesOf, type Stage } from './approval-stages';
import styles from './approval-path.module.css';

export function ApprovalPath({ change }: { change: Schemas['PriceChange'] }) {
  const stages = stagesOf(change);
  const table = <FigureTable label="From the plan to the shop" head={['Stage', 'State', 'Who or what']} rows={stages.map(({ name, word, detail }) => [name, word.word, detail])} />;
  return (
    <div className={styles.path}>
      <Figure finding={findingOf(stages)} table={table}>
        {(width, labelledBy) => <Path stages={stages} width={width} labelledBy={labelledBy} />}
      </Figure>
    </div>
  );
}

const RADIUS = 14;
const LINE = 17;
/** How wide a letter is at the size of these words. */
const LETTER = 6.9;
const LINES_MAX = 3;
/** Narrower than this for each stage, they stand below one another. */
const STAGE_MIN = 132;

interface Placed {
  stage: Stage;
  detail: string[];
  x: number;
  y: number;
  textX: number;
  textY: number;
}

function Path({ stages, width, labelledBy }: { stages: Stage[]; width: number; labelledBy: string }) {
  const beside = width >= stages.length * STAGE_MIN;
  const { placed, height } = beside ? inARow(stages, width) : inAColumn(stages, width);
  return (
    <svg width={width} height={height} role="img" aria-labelledby={labelledBy} className={styles.picture}>
      {placed.map((one, index) => {
        const next = placed[index + 1];
        return next && <line key={one.stage.name} {...between(one, next)} data-behind={one.stage.word.tone === 'ok' || undefined} className={styles.joint} />;
      })}
      {placed.map(({ stage, detail, x, y, textX, textY }) => (
        <g key={stage.name} data-tone={stage.word.tone}>
          <title>{`${stage.name}: ${stage.word.word}. ${stage.detail}`}</title>
          <rect x={x - RADIUS} y={y - RADIUS} width={RADIUS * 2} height={RADIUS * 2} rx={RADIUS} className={styles.node} />
          <g transform={`translate(${x - 8} ${y - 8})`} className={styles.glyph}>
            {glyphPath(stage.word.glyph)}
          </g>
          <text x={textX} y={textY} className={styles.name}>
            {stage.name} <tspan className={styles.state}>{stage.word.word}</tspan>
          </text>
          {detail.map((line, row) => (
            <text key={row} x={textX} y={textY + (row + 1) * LINE} className={styles.detail}>
              {line}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

function inARow(stages: Stage[], width: number): { placed: Placed[]; height: number } {
  const column = width / stages.length;
  const textY = RADIUS * 2 + 22;
  const placed = stages.map((stage, index) => {
    const x = index * column;
    return { stage, detail: wrapped(stage.detail, Math.floor((column - 8) / LETTER), LINES_MAX), x: x + RADIUS + 1, y: RADIUS + 1, textX: x + 1, textY };
  });
  return { placed, height: textY + Math.max(...placed.map(({ detail }) => detail.length)) * LINE + 6 };
}

function inAColumn(stages: Stage[], width: number): { placed: Placed[]; height: number } {
  const textX = RADIUS * 2 + 12;
  let top = 1;
  const placed = stages.map((stage) => {
    const detail = wrapped(stage.detail, Math.floor((width - textX) / LETTER), LINES_MAX);
    const one = { stage, detail, x: RADIUS + 1, y: top + RADIUS, textX, textY: top + 12 };
    top += Math.max(RADIUS * 2, (detail.length + 1) * LINE) + 14;
    return one;
  });
  return { placed, height: top };
}

/** From the edge of one node to that of the next. */
function between(one: Placed, next: Placed) {
  const gap = RADIUS + 5;
  return one.y === next.y ? { x1: one.x + gap, x2: next.x - gap, y1: one.y, y2: next.y } : { x1: one.x, x2: next.x, y1: one.y + gap, y2: next.y - gap };
}
