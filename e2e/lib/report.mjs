// A few lines instead of a test runner: named steps in order, each of a journey or beside them, a picture of each failure, a
// closing count.
import { mkdirSync } from 'node:fs';

export class Report {
  passed = 0;
  failed = 0;
  #leftOut = [];
  #number = null;
  /** Numbers of the journeys that had a step, and of those that were left out for a reason. */
  #gone = new Set();
  #spared = new Set();

  /** `journeys` are the titles of those that must come, numbered from 1. */
  constructor(journeys = []) {
    this.journeys = journeys;
  }

  /** The steps that follow are of this journey; without a number they are of none. */
  journey(number = null) {
    this.#number = number;
    if (number !== null) console.log(`      ${number}. ${this.journeys[number - 1]}`);
  }

  /** Says that something is not looked at, here and once more at the end. */
  leftOut(what) {
    this.#leftOut.push(what);
    this.#spared.add(this.#number);
    console.log(`left out: ${what}`);
  }

  /** Runs a step. A step that needs an earlier one fails by itself when that one failed. */
  async step(name, act, page) {
    this.#gone.add(this.#number);
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
    const numbers = this.journeys.map((_, at) => at + 1);
    const missed = numbers.filter((number) => !this.#gone.has(number) && !this.#spared.has(number));
    for (const number of missed) console.log(`FAIL  journey ${number} had no step: ${this.journeys[number - 1]}`);
    const gone = numbers.length === 0 ? '' : `, ${numbers.filter((number) => this.#gone.has(number)).length} of ${numbers.length} journeys`;
    console.log([`${this.passed} passed, ${this.failed} failed${gone}`, ...this.#leftOut.map((what) => `left out: ${what}`)].join('; '));
    return this.failed === 0 && this.passed > 0 && missed.length === 0 ? 0 : 1;
  }
}
