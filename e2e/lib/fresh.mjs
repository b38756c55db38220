// A server that nobody used yet, and shops that are not connected yet: programs of the journey's own, stopped at its end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A first start makes a database; a slow machine takes its time. */
const READY_WITHIN_MS = 180_000;

/** Whole lines of what a server says: a part of one may come first. */
const ADDRESS = /Calibr is ready:\s+(\S+)\s*\n/;
const PASSWORD = /Sign in with the password\s+(\S+)\s*\n/;

/** What has been started, with the folder of its data, so that nothing is left behind. */
export class Programs {
  #running = [];
  #folder = null;

  /** An empty Calibr: where it is, and the password of its first people. */
  async calibr() {
    this.#folder = mkdtempSync(join(tmpdir(), 'calibr-setup-'));
    // As root the private Postgres runs under another account, which must get in.
    chmodSync(this.#folder, 0o755);
    const said = await this.#start(process.env.CALIBR_PROGRAM, ['up', '--no-demo', '--port', '0', '--data', this.#folder], (text) => [ADDRESS, PASSWORD].every((line) => line.test(text)));
    return { baseURL: ADDRESS.exec(said)[1], password: PASSWORD.exec(said)[1] };
  }

  /** A simulated shop, in which `csv` is sold or else the demo's goods. */
  async shop(domain, { csv } = {}) {
    const token = `shpat_of_${domain.split('.')[0]}_0123456789`;
    const words = ['--port', '0', '--domain', domain, '--token', token];
    if (csv) {
      const file = join(this.#folder, `${domain}.csv`);
      writeFileSync(file, csv);
      words.push('--catalogue', file);
    }
    const said = await this.#start(process.env.CALIBR_SIM, words, (text) => /^http:\S+ \S+\n/m.test(text));
    return { domain, token, url: new URL(/^(http:\S+) /m.exec(said)[1]).origin };
  }

  #start(program, words, isReady) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
      const ended = new Promise((gone) => child.once('exit', (code, signal) => gone(code ?? signal)));
      this.#running.push({ child, ended });
      let said = '';
      const clock = setTimeout(() => reject(new Error(`${program} did not say that it is ready:\n${said}`)), READY_WITHIN_MS);
      const settle = (act) => {
        clearTimeout(clock);
        act();
      };
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          said += text;
          if (isReady(said)) settle(() => resolve(said));
        });
      }
      child.once('error', (error) => settle(() => reject(error)));
      void ended.then((how) => settle(() => reject(new Error(`${program} ended (${how}):\n${said}`))));
    });
  }

  /** Stops all as Ctrl-C does it. The server must stop by itself and cleanly. */
  async stop() {
    for (const { child, ended } of this.#running.reverse()) {
      child.kill('SIGINT');
      assert.equal(await ended, 0, `${child.spawnfile} stops cleanly`);
    }
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}
