// Reading a file into the catalogue. It is tried first, line by line and by the server itself; only then is it taken.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FileField, SelectField } from '../../ui/fields';
import { ImportReport } from './import-report';
import { columnsOf, hindrance, kinds, sendFile, type Kind, type Mark, type Outcome } from './imports';

const marks: [Mark, string][] = [
  ['auto', 'Seen from each amount; what can be read both ways is refused'],
  ['point', 'A point: 1,234.50'],
  ['comma', 'A comma: 1.234,50'],
];

export function ImportFile({ weight }: { weight?: 'primary' }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...(weight ? { weight } : {})} onClick={() => setOpen(true)}>
        Import a CSV…
      </Button>
      {open && <ImportDialog onClose={() => setOpen(false)} />}
    </>
  );
}

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const project = useProject();
  const intent = useIntent();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>('products');
  const [mark, setMark] = useState<Mark>('auto');
  const [file, setFile] = useState<File | null>(null);
  const [tried, setTried] = useState<Outcome | null>(null);
  const send = useMutation({
    mutationFn: async (dryRun: boolean) => {
      const said = { kind, mark, dryRun, name: file!.name, size: file!.size, changedAt: file!.lastModified };
      return { dryRun, outcome: await sendFile(project.slug, { kind, mark, dryRun, file: file! }, intent.keyFor(said)) };
    },
    onSuccess: ({ dryRun, outcome }) => {
      intent.done();
      if (dryRun) setTried(outcome);
      else void queries.invalidateQueries();
    },
  });
  /** What was found of one file says nothing of another, nor of the same one read otherwise. */
  const anew = () => {
    setTried(null);
    send.reset();
  };
  const taken = send.data?.dryRun === false ? send.data.outcome : null;
  if (taken) {
    return (
      <Dialog opened title={`${file!.name} is in the catalogue`} act="Done" keep="Close" busy={false} problem={null} onAct={onClose} onClose={onClose}>
        <ImportReport outcome={taken} tried={false} />
      </Dialog>
    );
  }
  return (
    <Dialog
      opened
      title="Read which file into the catalogue?"
      act={tried ? 'Take it in' : 'Check the file'}
      keep="Take nothing"
      busy={send.isPending}
      problem={send.error}
      notDone={tried ? 'Nothing was taken.' : 'The file was not checked, and nothing was taken.'}
      blocked={hindrance(file, tried)}
      onAct={() => send.mutate(tried === null)}
      onClose={onClose}
    >
      <SelectField
        label="What it holds"
        plain
        value={kind}
        hint={columnsOf[kind]}
        options={kinds}
        name="kind"
        onChange={(next) => {
          setKind(next as Kind);
          anew();
        }}
      />
      {kind === 'products' && (
        <SelectField
          label="Mark before the decimals"
          plain
          value={mark}
          options={marks}
          name="mark"
          onChange={(next) => {
            setMark(next as Mark);
            anew();
          }}
        />
      )}
      <FileField
        label="CSV file"
        accept=".csv,text/csv"
        name="file"
        onChange={(next) => {
          setFile(next);
          anew();
        }}
      />
      {tried ? <ImportReport outcome={tried} tried /> : <p className="muted">Checking takes nothing in: it says what would be taken, and which lines would be refused. No price in a shop is changed by either.</p>}
    </Dialog>
  );
}
