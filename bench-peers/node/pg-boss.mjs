// pg-boss 10 beside Calibr: works off jobs that are there, fetched and completed in batches. Prints one line of JSON.
import PgBoss from 'pg-boss';

const [url, count] = [process.argv[2], Number(process.argv[3])];
const BATCH = 1_000;
// Each fetch sorts all that is left, so that fewer and larger ones are faster.
const FETCHED = 10_000;

const boss = new PgBoss({ connectionString: url, max: 4, supervise: false, schedule: false });
boss.on('error', (error) => console.error(error));
await boss.start();
await boss.createQueue('event');
for (let from = 1; from <= count; from += BATCH) {
  const places = Array.from({ length: Math.min(BATCH, count - from + 1) }, (_, n) => from + n);
  await boss.insert(places.map((place) => ({ name: 'event', data: { place } })));
}
await boss.getDb().executeSql('vacuum analyze');
let seen = 0;
let sum = 0;
const began = process.hrtime.bigint();
while (seen < count) {
  const jobs = await boss.fetch('event', { batchSize: FETCHED });
  for (const job of jobs) {
    seen += 1;
    sum += job.data.place;
  }
  await boss.complete('event', jobs.map((job) => job.id));
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
if (sum !== (count * (count + 1)) / 2) throw new Error('pg-boss did not finish its jobs');
await boss.stop({ graceful: false, wait: false });
console.log(JSON.stringify({ seconds }));
process.exit(0);
