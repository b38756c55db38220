// Who is signed in, where, and what else every page of the gallery asks for.
import type { Schemas } from '../../api/client';
import { NOW } from '../clock';

type Role = Schemas['Role'];

export const project: Schemas['Project'] = { id: 'prj_01m7zqyn0zehbtq29xp8c4k8cx', slug: 'demo', name: 'Nordlys', currency: 'EUR', time_zone: 'Europe/Berlin', country: 'DE', tax_rate_pct: '19', prices_include_tax: true, version: 1, changed_by: null, changed_at: null };

export const EDITOR = 'kim@nordlys.test';
export const APPROVER = 'ana@nordlys.test';
export const EARLIER = '2026-11-20T15:30:00Z';
export const MINUTES_AGO = '2026-11-21T11:48:00Z';

export const meAs = (role: Role): Schemas['Me'] => ({
  tenant_id: 'ten_01m7zqyn0xe9zvxxfk5bbycmz7',
  tenant_name: 'Nordlys',
  user_id: 'usr_01m7zqyn10ew7bkrmnv4se19gm',
  email: role === 'approver' ? APPROVER : role === 'viewer' ? 'finn@nordlys.test' : EDITOR,
  role,
  scopes: [],
  must_change_password: false,
});

export const members: Schemas['Member'][] = [
  { id: 'usr_01m7zqyn10ew7bkrmnv4se19gm', email: EDITOR, role: 'admin', active: true, password_is_temporary: false, created_at: EARLIER },
  { id: 'usr_01m7zqyn2mec5a4f83qmp96vvg', email: APPROVER, role: 'approver', active: true, password_is_temporary: true, created_at: EARLIER },
  { id: 'usr_01m7zqyn3eewbthpmjzk4s1dfx', email: 'finn@nordlys.test', role: 'viewer', active: false, password_is_temporary: false, created_at: EARLIER },
];

const read = { scope: 'rules:read', role: 'viewer', words: 'Read and preview rules' } as const;
const write = { scope: 'rules:write', role: 'editor', words: 'Write rules' } as const;
const approve = { scope: 'price_changes:approve', role: 'approver', words: 'Approve, reject and ask for changes' } as const;
const members_write = { scope: 'members:write', role: 'admin', words: 'Add members and change their roles' } as const;

export const roles: Schemas['RoleRights'][] = [
  { role: 'viewer', words: 'Reads everything.', rights: [read] },
  { role: 'editor', words: 'Proposes changes, and applies them once others approved.', rights: [read, write] },
  { role: 'approver', words: 'Approves what others proposed.', rights: [read, write, approve] },
  { role: 'admin', words: 'Does everything.', rights: [read, write, approve, members_write] },
];

export const tokens: Schemas['Token'][] = [
  { id: 'tok_01m7zr3pn8eb2s46q05errrc7g', name: 'nightly export', scopes: ['rules:read', 'price_changes:read'], created_at: EARLIER, expires_at: '2027-02-19T15:30:00Z' },
];

export const notifications: Schemas['Notification'][] = [
  { id: 'drift/01a1ff7f', kind: 'drift', at: MINUTES_AGO, unread: true, actor: null, entity_type: 'channel', entity_id: 'chn_01m7zqyn6ne3cahs2jgbnk8j8a', title: 'nordlys.myshopify.com', text: null, count: 3 },
];

/** A page that holds everything there is. */
export const page = <T>(data: T[]): { data: T[]; has_more: boolean; next_cursor?: string | null } => ({ data, has_more: false });

export { NOW };
