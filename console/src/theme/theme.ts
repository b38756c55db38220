// Mantine on our tokens: its own colours do not reach the contrast we promise.
import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type VariantColorsResolver } from '@mantine/core';

const variantColors: VariantColorsResolver = (input) => {
  const danger = input.color === 'red';
  const main = danger ? 'var(--blocked)' : 'var(--primary)';
  switch (input.variant) {
    case 'filled':
      return {
        background: main,
        hover: danger ? 'var(--blocked-hover)' : 'var(--primary-hover)',
        color: danger ? 'var(--on-blocked)' : 'var(--on-primary)',
        border: '1px solid transparent',
      };
    case 'subtle':
      return { background: 'transparent', hover: 'var(--sunken)', color: main, border: '1px solid transparent' };
    default:
      return defaultVariantColorsResolver(input);
  }
};

export const theme = createTheme({
  fontFamily: "'Inter Variable', ui-sans-serif, system-ui, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  autoContrast: true,
  respectReducedMotion: true,
  cursorType: 'pointer',
  variantColorResolver: variantColors,
});

const tokens = {
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--text)',
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-dimmed': 'var(--text-muted)',
  '--mantine-color-placeholder': 'var(--text-muted)',
  '--mantine-color-anchor': 'var(--primary)',
  '--mantine-color-error': 'var(--blocked)',
  '--mantine-color-success': 'var(--ok)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--border-control)',
  '--mantine-color-disabled': 'var(--sunken)',
  '--mantine-color-disabled-color': 'var(--text-muted)',
  '--mantine-color-disabled-border': 'var(--border)',
  '--mantine-primary-color-filled': 'var(--primary)',
  '--mantine-primary-color-filled-hover': 'var(--primary-hover)',
  '--mantine-primary-color-contrast': 'var(--on-primary)',
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens });
