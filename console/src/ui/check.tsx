// A box that is ticked at once, though what it stands for is kept elsewhere, such as in the address, and follows a moment later.
import { Checkbox } from '@mantine/core';
import { useEffect, useState } from 'react';

export function Check({ label, checked, onChange, disabled = false }: { label: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) {
  const [shown, setShown] = useState(checked);
  useEffect(() => setShown(checked), [checked]);
  return (
    <Checkbox
      size="sm"
      label={label}
      checked={shown}
      disabled={disabled}
      onChange={(event) => {
        setShown(event.currentTarget.checked);
        onChange(event.currentTarget.checked);
      }}
    />
  );
}
