/** Type-checks the server and every web face, and finds promises nobody waits for: in a turn such a promise is a lost reply. */
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const FLOATING = 90001;
const host: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

function isThenable(type: ts.Type, checker: ts.TypeChecker, at: ts.Node): boolean {
  if (type.isUnion()) return type.types.some((member) => isThenable(member, checker, at));
  const then = type.getProperty('then');
  return then !== undefined && checker.getTypeOfSymbolAtLocation(then, at).getCallSignatures().length > 0;
}

const KEEPING = [ts.SyntaxKind.EqualsToken, ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.BarBarEqualsToken];

/** `promise.catch(f)` and `promise.then(f, g)` say what happens on failure; `void promise` says that it cannot matter; a promise that is kept is waited for elsewhere. */
function isHandled(expression: ts.Expression): boolean {
  if (ts.isBinaryExpression(expression)) return KEEPING.includes(expression.operatorToken.kind);
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return false;
  const method = expression.expression.name.text;
  if (method === 'finally') return isHandled(expression.expression.expression);
  return (
    (method === 'catch' && expression.arguments.length > 0) || (method === 'then' && expression.arguments.length > 1)
  );
}

function floatingIn(file: ts.SourceFile, checker: ts.TypeChecker): ts.Diagnostic[] {
  const found: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && !isHandled(node.expression)) {
      const type = checker.getTypeAtLocation(node.expression);
      const [element] = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
      if (isThenable(element ?? type, checker, node)) found.push(floating(file, node));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function floating(file: ts.SourceFile, node: ts.Node): ts.Diagnostic {
  return {
    category: ts.DiagnosticCategory.Error,
    code: FLOATING,
    file,
    start: node.getStart(file),
    length: node.getWidth(file),
    messageText:
      'Nobody waits for this promise. Await it, give it a catch, or mark it with `void` where its failure is handled inside.',
  };
}

const print = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;

/** All type errors and floating promises of the project that a tsconfig describes. */
export function checkProject(configPath: string): { files: number; findings: string[] } {
  const config = ts.getParsedCommandLineOfConfigFile(
    configPath,
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.formatDiagnostic(diagnostic, host));
      },
    },
  );
  if (!config) throw new Error(`${configPath} cannot be read`);
  const program = ts.createProgram({
    rootNames: config.fileNames,
    options: config.options,
    configFileParsingDiagnostics: config.errors,
  });
  const own = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !file.fileName.includes('/node_modules/'));
  const checker = program.getTypeChecker();
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...own.flatMap((file) => floatingIn(file, checker))];
  return {
    files: own.length,
    findings: diagnostics.map((diagnostic) => print([diagnostic], host)),
  };
}

function main(): void {
  const configs = ['tsconfig.json', ...globSync('src/web/{,*/}tsconfig.json').sort()];
  let broken = 0;
  for (const config of configs) {
    const { files, findings } = checkProject(resolve(config));
    for (const finding of findings) process.stdout.write(finding);
    broken += findings.length;
    process.stdout.write(`types: ${config}: ${files} files, ${findings.length} errors\n`);
  }
  process.exitCode = broken > 0 ? 1 : 0;
}

if (import.meta.main) main();
