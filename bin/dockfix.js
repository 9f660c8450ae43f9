#!/usr/bin/env node
import { createRequire } from 'node:module';

const { start } = createRequire(import.meta.url)('../dist/start.cjs');
const exitCode = await start(process.argv.slice(2));
// Requests may still be under way; nobody waits for them.
if (exitCode === 130) process.exit(exitCode);
process.exitCode = exitCode;
