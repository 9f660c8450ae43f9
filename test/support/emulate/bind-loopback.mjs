/** Loaded before the emulator, which would listen on every interface. */
import { Server } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number') {
    const callback = rest.find((each) => typeof each === 'function');
    return listen.call(this, { port: first, host: '127.0.0.1' }, callback);
  }
  return listen.call(this, typeof first === 'object' ? { ...first, host: '127.0.0.1' } : first, ...rest);
};
