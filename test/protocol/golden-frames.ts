/**
 * Frames as they were when version 1 of the protocol was fixed. When one of them changes, every
 * client in the field breaks: a new version number is needed, not a new line here.
 */
import { RouteKind } from '../../lib/protocol/message.js';
import type { Body } from '../../lib/protocol/encode.js';

export interface GoldenFrame {
  readonly message: number;
  readonly flags: number;
  readonly reference: number;
  readonly proxyClient: number;
  readonly routeKind: RouteKind;
  readonly routeKey: string;
  readonly body: Body;
  readonly hex: string;
}

const requestKey = Uint8Array.from({ length: 16 }, (_, index) => index);

export const goldenFrames: readonly GoldenFrame[] = [
  {
    message: 100,
    flags: 0,
    reference: 1,
    proxyClient: 1,
    routeKind: RouteKind.none,
    routeKey: '',
    body: {
      ClientName: 'Mail',
      ClientType: 'MediaServer',
      ProtocolVersion: 1,
      SessionKey: requestKey,
    },
    hex:
      '00000068006400000000000100000001000084aa436c69656e744e616d65a44d61696caa436c6965' +
      '6e7454797065ab4d65646961536572766572af50726f746f636f6c56657273696f6e01aa53657373' +
      '696f6e4b6579c410000102030405060708090a0b0c0d0e0f',
  },
  {
    message: 101,
    flags: 1,
    reference: 0xfffffffe,
    proxyClient: 0x80000001,
    routeKind: RouteKind.queue,
    routeKey: 'Eingänge',
    body: {
      Queue: 'Eingänge',
      MediaType: 'email',
      InteractionType: 'Inbound',
      ReceivedAt: 1_760_000_000_123,
      Hold: false,
      Priority: -7,
      RequestKey: requestKey,
      UserData: {
        Text: 'a',
        Small: 1,
        Byte: 200,
        Word: -30_000,
        Long: 70_000,
        Wide: -(2 ** 40),
        Int64: 2n ** 62n,
        Float: 0.5,
        On: true,
        Bin: Uint8Array.of(0, 255),
        At: new Date(1_760_000_000_123),
        Day: new Date(86_400_000),
        Old: new Date(-1),
        Nested: { __proto__x: '', Empty: {} },
      },
    },
    hex:
      '0000014300650001fffffffe80000001020945696e67c3a46e676588a55175657565a945696e67c3' +
      'a46e6765a94d6564696154797065a5656d61696caf496e746572616374696f6e54797065a7496e62' +
      '6f756e64aa52656365697665644174cf00000199c82cc07ba4486f6c64c2a85072696f72697479f9' +
      'aa526571756573744b6579c410000102030405060708090a0b0c0d0e0fa855736572446174618ea4' +
      '54657874a161a5536d616c6c01a442797465ccc8a4576f7264d18ad0a44c6f6e67ce00011170a457' +
      '696465d3ffffff0000000000a5496e743634cf4000000000000000a5466c6f6174cb3fe000000000' +
      '0000a24f6ec3a342696ec40200ffa24174d7ff1d53530068e77800a3446179d6ff00015180a34f6c' +
      '64c70cff3b8b87c0ffffffffffffffffa64e657374656482aa5f5f70726f746f5f5f78a0a5456d70' +
      '747980',
  },
  {
    message: 108,
    flags: 0,
    reference: 3,
    proxyClient: 2,
    routeKind: RouteKind.id,
    routeKey: '03W0GH2KD56YV000',
    body: { ViewId: '_system_', PullParameters: { '03W0GH2KD56YV000': '' }, IgnoreHold: true },
    hex:
      '00000061006c000000000003000000020110303357304748324b443536595630303083a656696577' +
      '4964a85f73797374656d5fae50756c6c506172616d657465727381b0303357304748324b44353659' +
      '56303030a0aa49676e6f7265486f6c64c3',
  },
  {
    message: 170,
    flags: 0,
    reference: 4,
    proxyClient: 3,
    routeKind: RouteKind.none,
    routeKey: '',
    body: { ResumeToken: [1, 0, 70_000, 4_294_967_296] },
    hex:
      '0000003000aa00000000000400000003000081ab526573756d65546f6b656e940100ce00011170cf' +
      '0000000100000000',
  },
  {
    message: 1003,
    flags: 0,
    reference: 5,
    proxyClient: 3,
    routeKind: RouteKind.none,
    routeKey: '',
    body: { Queues: ['a', 'b'] },
    hex: '0000001f03eb00000000000500000003000081a651756575657392a161a162',
  },
];
