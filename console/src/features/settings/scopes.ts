// Scopes as people type them: by lines, commas or spaces, each once. None typed means all.
export function readScopes(typed: string): string[] {
  const words = typed.split(/[\s,]+/).filter((word) => word !== '');
  return words.length === 0 ? ['*'] : [...new Set(words)];
}
