#!/usr/bin/env node
import { main } from '../dist/cli.js';

const exitCode = await main(process.argv.slice(2));
// Requests may still be under way; nobody waits for them.
if (exitCode === 130) process.exit(exitCode);
process.exitCode = exitCode;
