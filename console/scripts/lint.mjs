// `npm run lint`: reads the console with its types, and fails where money is computed.
import ts from 'typescript';
import { faultsIn, isTest } from './money/rule.mjs';

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '');
const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(fileNames, options);
// What a test reckons is its own answer to hold the console's against.
const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${root}/src/`) && !isTest(fileName));
const faults = faultsIn(program, files, root);
for (const { file, line, said } of faults) console.error(`${file}:${line}: ${said}`);
console.log(`${files.length} files read, ${faults.length} places where money is computed`);
process.exit(files.length > 100 && faults.length === 0 ? 0 : 1);
