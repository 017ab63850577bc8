/** Holds the imports of src and dialogs against the layers, and fails when it could not see every file. */
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { layers } from './layers.ts';

const SOURCES = ['src', 'dialogs'];

/** `violations` are lines for people; `modules` counts the files of ours that were read. */
export async function checkLayers(root: string): Promise<{ modules: number; violations: string[] }> {
  const files = globSync('{src,dialogs}/**/*.{ts,tsx,mjs}', { cwd: root });
  const { output } = await cruise(
    SOURCES.filter((folder) => files.some((file) => file.startsWith(`${folder}/`))),
    {
      baseDir: root,
      ruleSet: layers,
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      preserveSymlinks: true,
      enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
    },
  );
  const result = output as ICruiseResult;
  const seen = new Set(result.modules.map((module) => module.source));
  const unseen = files.filter((file) => !seen.has(file));
  return {
    modules: files.length - unseen.length,
    violations: [
      ...result.summary.violations.map(
        ({ rule, from, to, cycle }) =>
          `${rule.name}: ${from} -> ${cycle ? cycle.map((step) => step.name).join(' -> ') : to}: ${commentOf(rule.name)}`,
      ),
      ...unseen.map((file) => `unseen: ${file} was not read; is TypeScript below 7 installed?`),
    ],
  };
}

function commentOf(name: string): string {
  return layers.forbidden?.find((rule) => rule.name === name)?.comment ?? '';
}

async function main(): Promise<void> {
  const { modules, violations } = await checkLayers(resolve('.'));
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`layers: ${modules} modules, ${violations.length} violations\n`);
  process.exitCode = violations.length > 0 || modules === 0 ? 1 : 0;
}

if (import.meta.main) await main();
