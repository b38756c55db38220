import { ApiProblem } from '../api/problem';
import type { States } from '../gallery/states';
import { Dialog } from './dialog';
import { TextField } from './fields';

const nothing = () => undefined;
const common = { opened: true, title: 'Apply 3,202 prices to nordlys.test?', act: 'Apply 3,202 prices', keep: 'Not now', busy: false, problem: null, onAct: nothing, onClose: nothing };
const body = <p>Customers see the new prices within about two minutes. You can roll back as long as nobody changes them again.</p>;

export const states: States = {
  ready: () => <Dialog {...common}>{body}</Dialog>,
  blocked: () => (
    <Dialog {...common} blocked="Type the number of prices first.">
      {body}
      <TextField label="Number of prices" value="" onChange={nothing} inputMode="numeric" />
    </Dialog>
  ),
  busy: () => (
    <Dialog {...common} busy>
      {body}
    </Dialog>
  ),
  refused: () => (
    <Dialog {...common} problem={new ApiProblem({ status: 409, code: 'stale', title: 'Conflict', detail: 'The plan is stale: 14 prices moved since it was computed.', requestId: 'req_01m7zc3xmxez9rbt5231569pph' })} notDone="Nothing was written.">
      {body}
    </Dialog>
  ),
  danger: () => (
    <Dialog {...common} danger title="End the token “nightly export”?" act="End the token" keep="Keep it">
      <p>Whatever uses it is refused from this moment on.</p>
    </Dialog>
  ),
};
