// How far a price may move in one change, by the guardrails that hold now.
import type { Schemas } from '../../api/client';
import type { MoveLimits } from '../../ui/change-histogram';
import { useGuardrails } from './use-guardrails';

export function useMoveLimits(): MoveLimits {
  return moveLimits(useGuardrails().data?.guardrails ?? []);
}

export function moveLimits(guardrails: readonly Pick<Schemas['Guardrail'], 'guardrail' | 'mode' | 'settings'>[]): MoveLimits {
  const move = guardrails.find(({ guardrail, mode }) => guardrail === 'maximum_move' && mode !== 'off');
  const settings = move?.settings as { down_percent?: unknown; up_percent?: unknown } | undefined;
  const percent = (value: unknown) => (typeof value === 'string' ? value : null);
  const down = percent(settings?.down_percent);
  return { down: down === null ? null : `-${down}`, up: percent(settings?.up_percent) };
}
