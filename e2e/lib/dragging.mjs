// What can be dragged (WCAG 2.2, 2.5.7): whoever listens to a drag or to a pointer that is held and moved, is set draggable, or
// shows the hand that grabs, must have buttons beside it that do the same. Today nothing can be dragged, so the check itself is
// tried first on pages made for it.
import assert from 'node:assert/strict';

/** Notes in every page of `context`, before its own code runs, which elements listen for a drag. Delegated listeners are the framework's:
 * those are found by the handlers that it keeps on each element. */
export function noticesDragging(context) {
  return context.addInitScript(() => {
    const begins = new Set(['dragstart', 'drag', 'pointerdown', 'mousedown', 'touchstart']);
    const add = EventTarget.prototype.addEventListener;
    window.listensForDrags = new Map();
    EventTarget.prototype.addEventListener = function noted(type, ...rest) {
      if (begins.has(type) && this instanceof Element) window.listensForDrags.set(this, [...(window.listensForDrags.get(this) ?? []), type]);
      return add.call(this, type, ...rest);
    };
  });
}

/** Elements of the page that can be dragged and have no buttons that move them. */
function onlyDragged(page) {
  return page.evaluate(() => {
    const HANDLERS = /^on(Drag|DragStart|PointerDown|MouseDown|TouchStart)(Capture)?$/;
    // A press there only keeps the focus or the selection where it is: a suggestion, a label, the eye of a password.
    const onlyPressed = (element) => element.matches('[role=option], label, .mantine-PasswordInput-visibilityToggle');
    // There the framework hears of everything that happens below.
    const root = (element) => Object.keys(element).some((name) => name.startsWith('_reactListening'));
    // A long table asks whether a finger scrolls it; keys scroll it too.
    const scrolls = (element, type) => type === 'touchstart' && element.tabIndex === 0 && element.scrollHeight > element.clientHeight;
    const handlers = (element) => {
      const key = Object.keys(element).find((name) => name.startsWith('__reactProps$'));
      return key ? Object.keys(element[key]).filter((name) => HANDLERS.test(name) && typeof element[key][name] === 'function') : [];
    };
    const reasons = (element) => [
      ...(element.getAttribute('draggable') === 'true' ? ['is draggable'] : []),
      ...(/^(grab|grabbing|move|[nsew]{1,4}-resize|(col|row)-resize)$/.test(getComputedStyle(element).cursor) ? [`has the cursor ${getComputedStyle(element).cursor}`] : []),
      ...(root(element) ? [] : (window.listensForDrags?.get(element) ?? []).filter((type) => !scrolls(element, type)).map((type) => `listens to ${type}`)),
      ...handlers(element).map((name) => `has ${name}`),
    ];
    const moves = (element) => [...(element.closest('li, tr, [role=listitem]') ?? element).querySelectorAll('button')].some((button) => /^Move /.test(button.getAttribute('aria-label') ?? button.textContent ?? ''));
    return [...document.querySelectorAll('body *')]
      .filter((element) => !onlyPressed(element) && !moves(element))
      .flatMap((element) => reasons(element).map((reason) => `${reason}: ${element.outerHTML.slice(0, 100)}`));
  });
}

export async function assertNothingIsOnlyDragged(page) {
  assert.ok(await page.evaluate(() => window.listensForDrags instanceof Map), 'the page was watched from its beginning');
  assert.deepEqual(await onlyDragged(page), [], `${page.url()} has something to drag and no buttons that move it`);
}

const row = (inner, more = '') => `<ul><li ${more}>One ${inner}</li></ul>`;
const button = '<button>Move up</button>';
/** Each kind of thing to drag, as a body and what its page does; and the same with buttons beside it. */
const kinds = {
  draggable: { body: (inner) => row(inner, 'draggable="true"') },
  cursor: { body: (inner) => row(inner, 'style="cursor: grab"') },
  listener: { body: (inner) => row(inner), act: () => document.querySelector('li').addEventListener('pointerdown', () => {}) },
  handler: { body: (inner) => row(inner), act: () => Object.assign(document.querySelector('li'), { __reactProps$made: { onPointerDown: () => {} } }) },
};

/** The check finds what it is for, and only that. */
export async function seesDragging(context) {
  const page = await context.newPage();
  await noticesDragging(page);
  const found = async (body, act) => {
    await page.goto('/robots.txt');
    await page.setContent(body);
    if (act) await page.evaluate(act);
    return onlyDragged(page);
  };
  for (const [kind, { body, act }] of Object.entries(kinds)) {
    assert.equal((await found(body(''), act)).length, 1, `${kind} is noticed`);
    assert.deepEqual(await found(body(button), act), [], `${kind} with buttons is let be`);
  }
  assert.deepEqual(await found('<button>Move up</button><a href="/">A link</a>'), [], 'links and buttons are not dragged');
  await page.close();
}
