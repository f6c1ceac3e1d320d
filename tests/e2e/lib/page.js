// SPDX-License-Identifier: Apache-2.0
// Runs inside every page before its own scripts, in any browser. Gives the page a camera and a microphone that show who
// it is (`become`), and reads from what the page plays whose picture and whose sound it is (`watch`, `hear`).
//
// The picture: 16 cells along the top, the first 8 say the number of the person, the next 8 count frames, and a body
// in the person's colour. The sound: one steady tone per person. Both survive scaling, a low bit rate and Opus.
(() => {
  if (window.amphiProbe) return;
  const COLOURS = [[200, 40, 40], [40, 170, 60], [50, 70, 210], [190, 180, 40], [180, 60, 180], [50, 180, 180], [130, 130, 130], [170, 100, 40]];
  const CELLS = 16;
  const tone = (id) => 400 + 150 * id;
  const kept = []; // a collected oscillator is a silent one
  const players = new Set();
  const connections = [];
  const spoken = [];
  const given = []; // tracks that stand for a device
  let asked = 0;

  function paint(g, w, h, id, frame) {
    const [r, gr, b] = COLOURS[id % COLOURS.length];
    g.fillStyle = `rgb(${r},${gr},${b})`;
    g.fillRect(0, 0, w, h);
    const bits = (id << 8) | (frame & 255);
    for (let i = 0; i < CELLS; i++) {
      g.fillStyle = (bits >> (CELLS - 1 - i)) & 1 ? '#fff' : '#000';
      g.fillRect(Math.floor((i * w) / CELLS), 0, Math.ceil(w / CELLS), Math.floor(h / 5));
    }
  }

  function camera(id, w = 320, h = 180, fps = 12) {
    const canvas = document.createElement('canvas');
    canvas.width = w;
    canvas.height = h;
    const g = canvas.getContext('2d', { alpha: false });
    let frame = 0;
    const draw = () => paint(g, w, h, id, frame++);
    draw();
    const timer = setInterval(draw, 1000 / fps);
    const [track] = canvas.captureStream(fps).getVideoTracks();
    kept.push(canvas, timer);
    return track;
  }

  function microphone(id) {
    const context = new AudioContext();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const out = context.createMediaStreamDestination();
    oscillator.frequency.value = tone(id);
    gain.gain.value = 0.3;
    oscillator.connect(gain).connect(out);
    oscillator.start();
    context.resume();
    kept.push(context, oscillator, gain, out);
    return out.stream.getAudioTracks()[0];
  }

  // From now on the page's camera and microphone are those of person `id`.
  function become(id) {
    const devices = navigator.mediaDevices;
    devices.getUserMedia = async (wanted = {}) => {
      asked++;
      const tracks = [];
      if (wanted.audio) tracks.push(microphone(id));
      if (wanted.video) tracks.push(camera(id));
      given.push(...tracks);
      return new MediaStream(tracks);
    };
    const device = (kind, deviceId, label) => ({ kind, deviceId, label, groupId: 'probe', toJSON() { return { kind, deviceId, label }; } });
    devices.enumerateDevices = async () => [device('audioinput', `mic-${id}`, `Micro ${id}`), device('videoinput', `cam-${id}`, `Caméra ${id}`),
      device('audiooutput', 'default', 'Sortie')];
  }

  function read(video) {
    const w = video.videoWidth;
    const h = video.videoHeight;
    if (!w || video.paused) return null;
    const canvas = document.createElement('canvas');
    canvas.width = w;
    canvas.height = h;
    const g = canvas.getContext('2d', { willReadFrequently: true });
    g.drawImage(video, 0, 0);
    let bits = 0;
    for (let i = 0; i < CELLS; i++) {
      const p = g.getImageData(Math.floor(((i + 0.5) * w) / CELLS), Math.floor(h / 10), 1, 1).data;
      bits = (bits << 1) | (p[1] > 127 ? 1 : 0);
    }
    const patch = g.getImageData(Math.floor(w * 0.2), Math.floor(h * 0.7), 8, 8).data;
    const rgb = [0, 1, 2].map((k) => Math.round(patch.reduce((sum, v, i) => sum + (i % 4 === k ? v : 0), 0) / 64));
    const id = bits >> 8;
    const want = COLOURS[id % COLOURS.length];
    const near = rgb.every((v, k) => Math.abs(v - want[k]) <= 45);
    return { w, h, id, frame: bits & 255, rgb, sure: near };
  }

  const nameOf = (element) => {
    const tile = element.closest('[role="group"],figure,li,[aria-label]');
    return tile ? (tile.getAttribute('aria-label') ?? (tile.getAttribute('aria-labelledby') ?? '').split(' ')
      .map((i) => document.getElementById(i)?.textContent ?? '').join(' ').trim()) || tile.textContent.trim() : '';
  };

  // What each <video> on the page shows, twice 400 ms apart, so that a frozen picture is told from a live one.
  async function watch() {
    const videos = [...document.querySelectorAll('video')];
    const before = videos.map(read);
    await new Promise((r) => setTimeout(r, 400));
    return videos.map((v, i) => {
      const now = read(v);
      return now && { ...now, moving: before[i] !== null && before[i].frame !== now.frame, name: nameOf(v) };
    }).filter(Boolean);
  }

  // The loudest tone of each element that plays sound now (not muted, not paused), in Hz and dBFS.
  async function hear(ms = 700) {
    const context = new AudioContext({ sampleRate: 48000 });
    await context.resume();
    const taps = [];
    for (const element of players) {
      const live = element.srcObject?.getAudioTracks?.().filter((t) => t.readyState === 'live') ?? [];
      if (live.length === 0 || element.muted || element.paused || element.volume === 0) continue;
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(new MediaStream(live)).connect(analyser);
      taps.push(analyser);
    }
    await new Promise((r) => setTimeout(r, ms));
    const bin = context.sampleRate / 8192;
    const heard = taps.map((a) => {
      const level = new Float32Array(a.frequencyBinCount);
      a.getFloatFrequencyData(level);
      let best = 4;
      for (let i = 4; i < level.length; i++) if (level[i] > level[best]) best = i;
      const hz = Math.round(best * bin);
      const id = Math.round((hz - 400) / 150);
      return { hz, db: Math.round(level[best]), id: Math.abs(hz - tone(id)) <= 15 ? id : -1 };
    });
    await context.close();
    return heard.filter((t) => Number.isFinite(t.db) && t.db > -70);
  }

  // Unplugs the camera or microphone of this person as a browser tells it: its tracks end and it leaves the list.
  function unplug(kind) {
    const devices = navigator.mediaDevices;
    const list = devices.enumerateDevices;
    devices.enumerateDevices = async () => (await list()).filter((d) => d.kind !== (kind === 'video' ? 'videoinput' : 'audioinput'));
    const refuse = devices.getUserMedia;
    devices.getUserMedia = async (wanted = {}) => {
      if (wanted[kind]) throw new DOMException('Requested device not found', 'NotFoundError');
      return refuse(wanted);
    };
    for (const track of given.filter((t) => t.kind === kind && t.readyState === 'live')) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    devices.dispatchEvent(new Event('devicechange'));
  }

  // A page that is itself the screen to share: the pattern fills the window and a tone plays aloud.
  function beScreen(id) {
    document.body.style.margin = '0';
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    canvas.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh';
    document.body.append(canvas);
    const g = canvas.getContext('2d', { alpha: false });
    let frame = 0;
    setInterval(() => paint(g, 1280, 720, id, frame++), 150);
    const context = new AudioContext();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = tone(id);
    gain.gain.value = 0.3;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start();
    kept.push(canvas, context, oscillator);
  }

  // What the page said through its live regions, in order: [{text, polite}].
  function recordLive() {
    const note = (node) => {
      const region = (node.nodeType === 1 ? node : node.parentElement)?.closest('[aria-live],[role="status"],[role="alert"],[role="log"]');
      const text = region && node.textContent.trim();
      const how = region && (region.getAttribute('aria-live') ?? (region.getAttribute('role') === 'alert' ? 'assertive' : 'polite'));
      if (text && how !== 'off') spoken.push({ text, how });
    };
    new MutationObserver((changes) => {
      for (const c of changes) c.type === 'characterData' ? note(c.target) : c.addedNodes.forEach(note);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  }

  const stock = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...stock,
    set(stream) {
      players.add(this);
      stock.set.call(this, stream);
    },
  });
  const Stock = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends Stock {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };
  recordLive();
  window.amphiProbe = { become, unplug, watch, hear, beScreen, paint, camera, microphone, tone, connections, spoken, asked: () => asked };
})();
