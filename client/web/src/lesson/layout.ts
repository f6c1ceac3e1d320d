// SPDX-License-Identifier: Apache-2.0
// Geometry: how many small pictures the page has room for, and how large the stage and they become.
// Which picture goes where is decided in select.ts.
import type { Form } from '../protocol/messages.ts';

export interface Room {
  readonly width: number;
  readonly height: number;
}
export interface Geometry {
  readonly tiles: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly stageHeight: number;
}

/** The server fills at most two free video slots in this form (PROTOCOL.md §4, view.set). */
const MOST_TILES = 2;
const GAP = 8;
const LEAST_STAGE_HEIGHT = 160;
/** 1024 px, the step between phone and desktop layout. */
const DESKTOP_WIDTH = 1024;

export const formOf = (width: number): Form => (width >= DESKTOP_WIDTH ? 'desktop' : 'phone');

const tileSize = (form: Form): Room => (form === 'desktop' ? { width: 176, height: 99 } : { width: 112, height: 63 });

/** The stage keeps its place: tiles are taken away before it becomes smaller than LEAST_STAGE_HEIGHT. */
export const geometry = (form: Form, room: Room): Geometry => {
  const tile = tileSize(form);
  const fits = Math.floor((room.width + GAP) / (tile.width + GAP));
  const strip = tile.height + GAP;
  const withStrip = room.height - strip >= LEAST_STAGE_HEIGHT;
  const tiles = withStrip ? Math.max(0, Math.min(MOST_TILES, fits)) : 0;
  return {
    tiles,
    tileWidth: tile.width,
    tileHeight: tile.height,
    stageHeight: Math.max(LEAST_STAGE_HEIGHT, tiles > 0 ? room.height - strip : room.height),
  };
};

/** What view.set asks for: fewer when the machine cannot follow, none when the person saves data. */
export const tilesWanted = (room: number, economy: boolean, cpuLimited: boolean): number =>
  economy ? 0 : Math.max(0, cpuLimited ? room - 1 : room);
