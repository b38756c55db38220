// Buttons and links that look like buttons. A blocked button stays in reach of the keyboard and names its reason.
import { Button as MantineButton } from '@mantine/core';
import type { ComponentProps, MouseEventHandler, ReactNode } from 'react';
import { Link, type To } from 'react-router';

type Weight = 'primary' | 'secondary' | 'quiet' | 'danger';

const looks = {
  primary: { variant: 'filled' },
  secondary: { variant: 'default' },
  quiet: { variant: 'subtle' },
  danger: { variant: 'filled', color: 'red' },
} as const;

/** What a menu or a panel gives to the button that opens it. */
type Opener = Pick<ComponentProps<'button'>, 'ref' | 'id' | 'aria-expanded' | 'aria-haspopup' | 'aria-controls'>;

interface ButtonProps extends Opener {
  children: ReactNode;
  weight?: Weight;
  type?: 'button' | 'submit';
  busy?: boolean;
  /** Of a button that stays pressed: whether it is. */
  pressed?: boolean;
  /** Id of the element that says why it cannot be pressed now. */
  blockedBy?: string | undefined;
  onClick?: MouseEventHandler<HTMLButtonElement>;
  size?: 'sm' | 'xs';
  autoFocus?: boolean;
}

export function Button({ children, weight = 'secondary', type = 'button', busy = false, pressed, blockedBy, onClick, size = 'sm', autoFocus = false, ref, id, ...opens }: ButtonProps) {
  const blocked = blockedBy !== undefined;
  return (
    <MantineButton
      {...looks[weight]}
      {...opener({ ref, id, ...opens })}
      size={size}
      type={type}
      loading={busy}
      data-autofocus={autoFocus || undefined}
      data-disabled={blocked || undefined}
      aria-disabled={blocked || undefined}
      aria-pressed={pressed}
      aria-describedby={blockedBy}
      onClick={(event) => {
        if (blocked) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
    </MantineButton>
  );
}

const opener = ({ ref, id, 'aria-expanded': expanded, 'aria-haspopup': popup, 'aria-controls': controls }: Opener) => ({
  ...(ref === undefined ? {} : { ref }),
  ...(id === undefined ? {} : { id }),
  'aria-expanded': expanded,
  'aria-haspopup': popup,
  'aria-controls': controls,
});

/** A relative address counts from the page's own address: `..` is the page above. */
export function ButtonLink({ children, to, weight = 'secondary', size = 'sm' }: { children: ReactNode; to: To; weight?: Weight; size?: 'sm' | 'xs' }) {
  return (
    <MantineButton {...looks[weight]} size={size} component={Link} to={to} relative="path">
      {children}
    </MantineButton>
  );
}

/** A plain link to something the server makes, such as a CSV file. */
export function DownloadLink({ children, href, weight = 'secondary' }: { children: ReactNode; href: string; weight?: Weight }) {
  return (
    <MantineButton {...looks[weight]} size="sm" component="a" href={href} download>
      {children}
    </MantineButton>
  );
}
