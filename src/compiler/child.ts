import { writeFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { pack } from '../knowledge/pack.ts';
import { compileRoom, type RoomOrder } from '../knowledge/room.ts';

/**
 * The process in which answers are compiled: an order on standard input, the packed room in the file named. The memory of
 * training dies with it (that of a thread does not), and no request waits meanwhile.
 */
const [, , path = ''] = process.argv;
const order = (await json(process.stdin)) as RoomOrder;
writeFileSync(path, pack(compileRoom(order)));
