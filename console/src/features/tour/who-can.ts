// Who can do what a stop asks for, when the reader may not. The demo has one person for each role.

export interface Reader {
  email: string;
}

const DEMO = '@demo.test';

export const isDemo = (reader: Reader) => reader.email.endsWith(DEMO);

export function whoCan(role: 'viewer' | 'editor' | 'approver', reader: Reader): string {
  return isDemo(reader)
    ? `You are signed in as ${reader.email}. Sign out in the menu at the top right, and sign in as ${role}${DEMO} with the same password. The tour goes on where it is.`
    : `This takes the role ${role}. Ask somebody who has it, or an admin; the tour waits here.`;
}
