// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The yardstick of the benchmarks: the classic protocol as a plain Node server speaks it. One port for WebSocket
// and REST, everything in memory, two log lines for each message. Nothing here is durable; that is the point.
//
// node server.mjs [--port N] [--log FILE]

import http from 'node:http';
import fs from 'node:fs';
import { Console } from 'node:console';
import { createRequire } from 'node:module';

// The packages are installed into the build folder, beside which this file does not live.
const require = createRequire(process.env.BENCH_MODULES ? `${process.env.BENCH_MODULES}/index.js` : import.meta.url);
const express = require('express');
const { WebSocketServer, WebSocket } = require('ws');

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
}

const port = Number(option('port', process.env.PORT ?? '0'));
const logFile = option('log', null);
const log = logFile ? new Console(fs.createWriteStream(logFile, { flags: 'a' })) : console;

const relayed = new Set(['order_update', 'menu_update', 'inventory_update', 'table_update', 'user_update',
  'printer_update', 'data_change']);
const kinds = ['orders', 'menu_items', 'inventory', 'tables', 'users', 'printers'];

/** restaurant id -> { sockets: Set<WebSocket>, data: { kind: Map } } */
const restaurants = new Map();

function restaurantOf(id) {
  let restaurant = restaurants.get(id);
  if (!restaurant) {
    restaurant = { sockets: new Set(), data: Object.fromEntries(kinds.map((kind) => [kind, new Map()])) };
    restaurants.set(id, restaurant);
  }
  return restaurant;
}

function broadcast(restaurantId, message, except) {
  const restaurant = restaurants.get(restaurantId);
  if (!restaurant)
    return 0;
  const text = JSON.stringify(message);
  let count = 0;
  for (const socket of restaurant.sockets) {
    if (socket !== except && socket.readyState === WebSocket.OPEN) {
      socket.send(text);
      count++;
    }
  }
  return count;
}

function received(socket, raw) {
  let message;
  try {
    message = JSON.parse(raw.toString());
  } catch (error) {
    log.error(`Message that is no JSON from ${socket.deviceId}: ${error.message}`);
    return;
  }
  log.log(`Received ${message.type} from ${socket.deviceId} in ${socket.restaurantId}`);
  if (relayed.has(message.type)) {
    const count = broadcast(socket.restaurantId, message, socket);
    log.log(`Broadcasted ${message.type} to ${count} clients in ${socket.restaurantId}`);
    return;
  }
  const timestamp = new Date().toISOString();
  if (message.type === 'register') {
    socket.userId = message.user_id ?? null;
    socket.send(JSON.stringify({ type: 'registered', device_id: socket.deviceId,
      restaurant_id: socket.restaurantId, timestamp }));
  } else if (message.type === 'heartbeat') {
    socket.send(JSON.stringify({ type: 'heartbeat_response', device_id: socket.deviceId, timestamp }));
  } else {
    log.log(`Unknown message type ${message.type}`);
  }
}

const app = express();
app.use((request, response, next) => {
  response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET,POST,OPTIONS',
    'Access-Control-Allow-Headers': 'Content-Type,Authorization' });
  if (request.method === 'OPTIONS')
    response.sendStatus(204);
  else
    next();
});
app.use(express.json({ limit: '100kb' }));

app.get('/api/health', (request, response) => {
  let totalConnections = 0;
  for (const restaurant of restaurants.values())
    totalConnections += restaurant.sockets.size;
  response.json({ status: 'ok', timestamp: new Date().toISOString(), connectedRestaurants: restaurants.size,
    totalConnections });
});

app.get('/api/restaurants/:id/status', (request, response) => {
  const sockets = [...(restaurants.get(request.params.id)?.sockets ?? [])];
  response.json({ restaurant_id: request.params.id,
    connected_devices: sockets.map((socket) => ({ device_id: socket.deviceId, user_id: socket.userId,
      connected_at: socket.connectedAt })),
    device_count: sockets.length });
});

app.get('/api/restaurants/:id/data', (request, response) => {
  const restaurant = restaurants.get(request.params.id);
  if (!restaurant) {
    response.status(404).json({ status: 'error', message: 'Restaurant not found' });
    return;
  }
  const data = Object.fromEntries(kinds.map((kind) => [kind, [...restaurant.data[kind].values()]]));
  response.json({ restaurant_id: request.params.id, data, timestamp: new Date().toISOString() });
});

app.post('/api/sync', (request, response) => {
  const timestamp = new Date().toISOString();
  try {
    const { restaurant_id: restaurantId, device_id: deviceId, changes } = request.body;
    log.log(`Sync of ${changes.length} changes from ${deviceId} for ${restaurantId}`);
    const { data } = restaurantOf(restaurantId);
    for (const change of changes) {
      const records = data[change.data_type];
      if (!records)
        continue;
      if (['upsert', 'created', 'updated'].includes(change.action))
        records.set(change.data.id, { ...change.data, last_sync: timestamp });
      else if (change.action === 'deleted')
        records.delete(change.data.id);
    }
    const count = broadcast(restaurantId, { type: 'sync_update', restaurant_id: restaurantId, changes, timestamp },
      null);
    log.log(`Sent sync_update to ${count} clients in ${restaurantId}`);
    response.json({ status: 'success', synced_changes: changes.length, timestamp });
  } catch (error) {
    log.error(`Sync failed: ${error.message}`);
    response.status(500).json({ status: 'error', message: error.message, timestamp });
  }
});

const server = http.createServer(app);
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket, request) => {
  const query = new URL(request.url, 'http://localhost').searchParams;
  socket.deviceId = query.get('device_id');
  socket.restaurantId = query.get('restaurant_id');
  socket.userId = query.get('user_id');
  socket.connectedAt = new Date().toISOString();
  restaurantOf(socket.restaurantId).sockets.add(socket);
  log.log(`Device ${socket.deviceId} connected to ${socket.restaurantId}`);
  socket.on('message', (raw) => received(socket, raw));
  socket.on('error', (error) => log.error(`Socket of ${socket.deviceId}: ${error.message}`));
  socket.on('close', () => {
    const restaurant = restaurants.get(socket.restaurantId);
    if (restaurant?.sockets.delete(socket) && restaurant.sockets.size === 0)
      restaurants.delete(socket.restaurantId);
    log.log(`Device ${socket.deviceId} left ${socket.restaurantId}`);
  });
});

process.on('SIGTERM', () => process.exit(0));
server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`reference ready on http://127.0.0.1:${server.address().port}\n`);
});
