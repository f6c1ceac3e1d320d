// SPDX-License-Identifier: Apache-2.0
// Cameras, microphones and screens: opening one, listing them, and which of a few plain reasons a failure has.
// What is said about the reason is in text/; what is sent, in publish.ts.

export type Fault = 'refused' | 'missing' | 'busy' | 'unfit' | 'unplugged' | 'unsupported' | 'failed';
export type Opened =
  | { readonly ok: true; readonly tracks: readonly MediaStreamTrack[] }
  | { readonly ok: false; readonly fault: Fault };
export interface Listed {
  readonly id: string;
  readonly label: string;
}
export interface Lists {
  readonly microphones: readonly Listed[];
  readonly cameras: readonly Listed[];
}
export type Size = 'small' | 'large';

/** Until layers exist: learners 320×180, trainers 640×360 (issue 2, media plane). */
const SIZES = {
  small: { width: { ideal: 320 }, height: { ideal: 180 }, frameRate: { ideal: 15, max: 20 } },
  large: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20, max: 25 } },
} as const;

const FAULTS: Readonly<Record<string, Fault>> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
  OverconstrainedError: 'unfit',
  TypeError: 'unsupported',
  InvalidStateError: 'failed',
};

export const faultOf = (error: unknown): Fault => FAULTS[(error as { name?: string } | null)?.name ?? ''] ?? 'failed';

const open = async (get: () => Promise<MediaStream>): Promise<Opened> => {
  try {
    return { ok: true, tracks: (await get()).getTracks() };
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
};

const media = (): MediaDevices | undefined => (navigator as { mediaDevices?: MediaDevices }).mediaDevices;

const chosen = (id: string | null): MediaTrackConstraints => (id === null ? {} : { deviceId: { exact: id } });

/** Opens a device; a chosen one that is gone or unfit falls back on any. */
const openDevice = async (id: string | null, want: (id: string | null) => MediaStreamConstraints): Promise<Opened> => {
  const devices = media();
  if (devices === undefined) return { ok: false, fault: 'unsupported' };
  const first = await open(() => devices.getUserMedia(want(id)));
  if (first.ok || id === null || !['missing', 'unfit'].includes(first.fault)) return first;
  return open(() => devices.getUserMedia(want(null)));
};

export const openMicrophone = (id: string | null): Promise<Opened> =>
  openDevice(id, (device) => ({
    audio: { ...chosen(device), echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  }));

export const openCamera = (id: string | null, size: Size): Promise<Opened> =>
  openDevice(id, (device) => ({ video: { ...chosen(device), ...SIZES[size] } }));

export const canShareScreen = (): boolean => typeof media()?.getDisplayMedia === 'function';

/** A screen in 5 to 15 pictures a second; a tab's sound as it is, without what voices need. */
export const openScreen = (): Promise<Opened> => {
  const devices = media();
  if (devices === undefined || !canShareScreen()) return Promise.resolve({ ok: false, fault: 'unsupported' });
  return open(() =>
    devices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 15 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    }),
  );
};

export const listDevices = async (): Promise<Lists> => {
  const devices = media();
  if (devices === undefined) return { microphones: [], cameras: [] };
  const all = await devices.enumerateDevices().catch((): MediaDeviceInfo[] => []);
  const of = (kind: MediaDeviceKind): readonly Listed[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map((device) => ({ id: device.deviceId, label: device.label }));
  return { microphones: of('audioinput'), cameras: of('videoinput') };
};

export const watchDevices = (changed: () => void): (() => void) => {
  const devices = media();
  devices?.addEventListener('devicechange', changed);
  return () => devices?.removeEventListener('devicechange', changed);
};
