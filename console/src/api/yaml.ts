// Documents that people write go to the API as the text that was typed, so that its faults have lines.

export function yamlRequest(text: string) {
  return { body: text as never, bodySerializer: (body: unknown) => String(body), headers: { 'Content-Type': 'application/yaml' } };
}
