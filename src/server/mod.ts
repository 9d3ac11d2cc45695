/**
 * Sockets, and servers with a fiber for each connection.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
export type { Address, AddressInput } from "../net/address.ts";
export type { BaseServer, StopOptions } from "../net/base-server.ts";
export { type BindOptions, bind } from "../net/bind.ts";
export type { Bytes, Sendable } from "../net/bytes.ts";
export { ConcurrentObjectUseError } from "../net/concurrent-object-use-error.ts";
export { type ConnectOptions, connect } from "../net/connect.ts";
export { DatagramServer } from "../net/datagram-server.ts";
export { type Datagram, DatagramSocket } from "../net/datagram-socket.ts";
export type { EndpointOptions } from "../net/endpoint.ts";
export { type HttpHandler, HttpServer, type HttpServerOptions } from "../net/http-server.ts";
export { LineTooLong } from "../net/line-too-long.ts";
export { type ListenOptions, listen } from "../net/listen.ts";
export { Listener } from "../net/listener.ts";
export type { SpawnLimit } from "../net/slots.ts";
export { type ReadLineOptions, Socket } from "../net/socket.ts";
export { SocketError } from "../net/socket-error.ts";
export { StreamServer, type StreamServerOptions } from "../net/stream-server.ts";
