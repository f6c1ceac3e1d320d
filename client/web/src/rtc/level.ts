// SPDX-License-Identifier: Apache-2.0
// How loud an own microphone track is, 0 to 1, a few times a second; and the one soft tone of the page.

const POLL_MS = 100;
/** −60 dBFS is the floor of the meter, 0 dBFS its top. */
const FLOOR_DB = -60;

const loudness = (samples: Float32Array): number => {
  const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
  const db = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
};

export const watchLevel = (track: MediaStreamTrack, heard: (level: number) => void): (() => void) => {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    heard(loudness(samples));
  }, POLL_MS);
  void context.resume().catch(() => undefined);
  return () => {
    clearInterval(timer);
    void context.close();
  };
};

/** "You have the floor": a quiet 440 Hz for a fifth of a second. */
export const softTone = (): void => {
  const context = new AudioContext();
  const gain = new GainNode(context, { gain: 0 });
  const tone = new OscillatorNode(context, { frequency: 440 });
  const t = context.currentTime;
  gain.gain.setValueAtTime(0, t);
  gain.gain.linearRampToValueAtTime(0.08, t + 0.05);
  gain.gain.linearRampToValueAtTime(0, t + 0.2);
  tone.connect(gain).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(t + 0.25);
};
