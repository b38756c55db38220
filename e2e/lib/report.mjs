// A few lines instead of a test runner: named steps in order, a picture of each failure, a closing count.
import { mkdirSync } from 'node:fs';

export class Report {
  passed = 0;
  failed = 0;

  /** Runs a step. A step that needs an earlier one fails by itself when that one failed. */
  async step(name, act, page) {
    const began = performance.now();
    try {
      await act();
      this.passed += 1;
      console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split('\n').slice(0, 12).join('\n      ')}`);
      await this.#picture(name, page);
    }
  }

  async #picture(name, page) {
    if (!page) return;
    const folder = new URL('../test-results/', import.meta.url).pathname;
    mkdirSync(folder, { recursive: true });
    const file = `${folder}${name.replace(/\W+/g, '-').slice(0, 80)}.png`;
    const taken = await page.screenshot({ path: file }).then(() => true, () => false);
    if (taken) console.log(`      at ${page.url()}, picture in ${file}`);
  }

  close() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
