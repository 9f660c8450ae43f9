/** An emulated GitHub in a process of its own, on the port that it is given; it says "ready" on its output. */
import { createEmulator } from 'emulate';

const [port, seed] = process.argv.slice(2);
await createEmulator({ service: 'github', port: Number(port), seed: JSON.parse(seed) });
process.stdout.write('ready\n');
