// SPDX-License-Identifier: Apache-2.0
// Runs inside a page before its own scripts, after page.js: notes what the page asks of the browser and of the server
// (`sent`, `replaced`, `displays`, `wakes`, `sockets`, `pressed`), and changes the browser as a machine or a network would: frozen
// timers, a hidden page, a processor at its limit, a media port where nobody answers.
(() => {
  if (window.amphiFacts) return;
  const facts = { sent: [], replaced: [], displays: [], wakes: [], pressed: [] };
  let sockets = 0;
  let frozen = false;
  let burdened = false;
  let hidden = null;
  let detour = null;

  const StockSocket = window.WebSocket;
  window.WebSocket = class WebSocket extends StockSocket {
    constructor(...args) {
      super(...args);
      sockets++;
    }

    send(data) {
      facts.sent.push({ at: performance.now(), ...JSON.parse(data) });
      super.send(data);
    }
  };

  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame']) {
    const stock = window[name].bind(window);
    window[name] = (run, ...rest) => stock((...args) => { if (!frozen) run(...args); }, ...rest);
  }

  window.addEventListener('pointerup', () => facts.pressed.push(performance.now()), { capture: true });

  const replaceTrack = RTCRtpSender.prototype.replaceTrack;
  RTCRtpSender.prototype.replaceTrack = function (track) {
    facts.replaced.push({ at: performance.now(), was: this.track?.kind ?? null, is: track?.kind ?? null });
    return replaceTrack.call(this, track);
  };

  const getStats = RTCPeerConnection.prototype.getStats;
  RTCPeerConnection.prototype.getStats = async function (...args) {
    const report = await getStats.apply(this, args);
    if (!burdened) return report;
    return new Map([...report].map(([id, row]) => [id, row.type === 'outbound-rtp' ? { ...row, qualityLimitationReason: 'cpu' } : row]));
  };

  const setRemoteDescription = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (wanted) {
    const sdp = detour === null ? wanted.sdp : wanted.sdp.replace(/^(a=candidate:\S+ \d+ \S+ \d+ \S+) \d+/gm, `$1 ${detour}`);
    return setRemoteDescription.call(this, { type: wanted.type, sdp });
  };

  const getDisplayMedia = navigator.mediaDevices.getDisplayMedia?.bind(navigator.mediaDevices);
  if (getDisplayMedia) {
    navigator.mediaDevices.getDisplayMedia = (wanted) => {
      facts.displays.push(structuredClone(wanted));
      return getDisplayMedia(wanted);
    };
  }
  if (navigator.wakeLock) {
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = (type) => {
      facts.wakes.push(type);
      return request(type);
    };
  }

  const visibility = Object.getOwnPropertyDescriptor(Document.prototype, 'visibilityState');
  Object.defineProperty(document, 'visibilityState', { get: () => hidden === null ? visibility.get.call(document) : hidden ? 'hidden' : 'visible' });
  Object.defineProperty(document, 'hidden', { get: () => document.visibilityState === 'hidden' });

  // What goes out on each sender that has a track, and what it may.
  async function sending() {
    const rows = [];
    for (const pc of window.amphiProbe.connections.filter((c) => c.connectionState !== 'closed')) {
      for (const sender of pc.getSenders().filter((s) => s.track)) {
        const { encodings: [first], degradationPreference } = sender.getParameters();
        const report = [...(await getStats.call(pc, sender.track)).values()];
        const out = report.find((r) => r.type === 'outbound-rtp');
        const { echoCancellation, frameRate } = sender.track.getSettings();
        rows.push({ kind: sender.track.kind, hint: sender.track.contentHint, echoCancellation, asked: frameRate, degradationPreference, ...first,
          codec: report.find((r) => r.id === out?.codecId)?.mimeType, frames: out?.framesEncoded ?? 0, bytes: out?.bytesSent ?? 0, at: out?.timestamp ?? 0,
          height: out?.frameHeight ?? null });
      }
    }
    return rows;
  }

  // Pictures received so far on all connections.
  async function pictures() {
    let count = 0;
    for (const pc of window.amphiProbe.connections.filter((c) => c.connectionState !== 'closed')) {
      for (const row of (await getStats.call(pc)).values()) if (row.type === 'inbound-rtp' && row.kind === 'video') count += row.framesReceived ?? 0;
    }
    return count;
  }

  window.amphiFacts = {
    ...facts, sending, pictures,
    sockets: () => sockets,
    freeze: (on) => { frozen = on; },
    burden: (on) => { burdened = on; },
    detour: (port) => { detour = port; },
    hide: (on) => {
      hidden = on;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
})();
