// graphile-worker 0.17 beside Calibr: `drain COUNT` works off jobs that are there, `latency COUNT` measures from adding a
// job to its start. Both print one line of JSON. Batched as its manual advises: a local queue, completions together.
import { runMigrations, run } from 'graphile-worker';
import pg from 'pg';

const [url, what, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const preset = {
  worker: {
    connectionString: url,
    maxPoolSize: 4,
    concurrentJobs: 24,
    pollInterval: 1_000,
    localQueue: what === 'drain' ? { size: 500 } : undefined,
    completeJobBatchDelay: what === 'drain' ? 0 : -1,
    failJobBatchDelay: what === 'drain' ? 0 : -1,
  },
};
const quiet = { scope: () => quiet, error: console.error, warn: () => {}, info: () => {}, debug: () => {} };
Object.assign(preset.worker, { logger: quiet });

async function drain(client) {
  await client.query(
    `select graphile_worker.add_jobs(array(
       select row('event', json_build_object('place', n), null, null, null, null, null, null)::graphile_worker.job_spec
       from generate_series($1::bigint, $2::bigint) n))`,
    [1, count],
  );
  await client.query('vacuum analyze');
  let seen = 0;
  let sum = 0;
  let finished;
  const done = new Promise((resolve) => (finished = resolve));
  const began = process.hrtime.bigint();
  const runner = await run({
    preset,
    taskList: {
      event: (payload) => {
        seen += 1;
        sum += payload.place;
        if (seen === count) finished();
      },
    },
  });
  await done;
  await runner.stop();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const left = await client.query('select count(*)::int as left from graphile_worker.jobs');
  if (left.rows[0].left !== 0 || sum !== (count * (count + 1)) / 2) throw new Error('graphile-worker did not finish its jobs');
  return { seconds };
}

async function latency(client) {
  const waits = [];
  let started;
  const runner = await run({ preset, taskList: { event: () => started(process.hrtime.bigint()) } });
  for (let place = 0; place < count; place += 1) {
    const start = new Promise((resolve) => (started = resolve));
    const began = process.hrtime.bigint();
    await client.query("select graphile_worker.add_job('event', '{}')");
    waits.push(Number((await start) - began) / 1e6);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await runner.stop();
  return { waits_ms: waits };
}

const client = new pg.Client({ connectionString: url });
await client.connect();
await runMigrations({ preset });
const result = await (what === 'drain' ? drain(client) : latency(client));
await client.end();
console.log(JSON.stringify(result));
process.exit(0);
