// Every price of a run with how it ended, as a file.
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { Button } from '../../ui/button';
import { ProblemPanel } from '../../ui/problem-panel';
import { resultsCsv } from './results-csv';

type Run = Schemas['Run'];
type Target = Schemas['Target'];

/** Rows per request; a run of 50,000 prices takes fifty. */
const PAGE = 1_000;

export function ResultsDownload({ run }: { run: Run }) {
  const [read, setRead] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const download = async () => {
    setProblem(null);
    setRead(0);
    try {
      const targets = await allTargets(run.id, setRead);
      save(`${run.id}.csv`, resultsCsv(targets));
    } catch (error) {
      setProblem(error);
    }
    setRead(null);
  };
  return (
    <>
      <Button busy={read !== null} onClick={() => void download()}>
        Download the results
      </Button>
      {problem ? <ProblemPanel problem={problem} notDone="No file was made." onRetry={() => void download()} /> : null}
    </>
  );
}

async function allTargets(id: string, onRead: (count: number) => void): Promise<Target[]> {
  const targets: Target[] = [];
  for (let cursor: string | undefined; ; ) {
    const { data } = await api.GET('/api/v1/runs/{id}/targets', { params: { path: { id }, query: { limit: PAGE, cursor } } });
    targets.push(...data!.data);
    onRead(targets.length);
    if (!data!.has_more) return targets;
    cursor = data!.next_cursor ?? undefined;
  }
}

function save(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
