/* Keeps a page in step with the journal.  Everything works without it.
   No text ever becomes markup here: parts of a page are taken from a document that the browser itself read
   (trusted-types 'none').  One connection for all tabs of a browser: the tab that holds the lock has it and
   tells the others; when it goes, another takes over. */
'use strict';
(function () {
  const body = document.body;
  const person = body.dataset.person || '';
  const lost = document.getElementById('lost');
  const news = document.getElementById('news');

  /* The one-line entry: Enter sends, Shift+Enter breaks the line; not while kana are being converted. */
  const quick = document.getElementById('quick-text');
  if (quick) quick.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (quick.value.trim()) quick.form.requestSubmit();
  });

  /* --- what others do --- */

  let asking = false, again = false, timer = 0;

  function openDetails(part) {
    return Array.from(part.querySelectorAll('details[open]')).map(function (d) {
      return d.id || d.parentNode.textContent.slice(0, 80);
    });
  }

  function swap(part, other) {
    const open = openDetails(part);
    const known = new Set(Array.from(part.querySelectorAll('li.line[id]'), function (l) { return l.id; }));
    const fresh = document.importNode(other, true);
    fresh.querySelectorAll('details').forEach(function (d) {
      if (open.includes(d.id || d.parentNode.textContent.slice(0, 80))) d.open = true;
    });
    if (known.size) fresh.querySelectorAll('li.line[id]').forEach(function (l) {
      if (!known.has(l.id)) l.classList.add('fresh');
    });
    part.replaceWith(fresh);
  }

  function take(page) {
    let changed = false;
    document.querySelectorAll('[data-part]').forEach(function (part) {
      const other = page.getElementById(part.id);
      if (!other || part.isEqualNode(other)) return;
      if (part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')) { again = true; return; }
      swap(part, other);
      changed = true;
    });
    body.dataset.entry = page.body.dataset.entry;
    if (changed && news) news.textContent = '新しい記録を反映しました。';
  }

  function place() {
    const url = new URL(location.href);
    url.searchParams.delete('done');
    url.hash = '';
    return url.href;
  }

  function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    again = false;
    const xhr = new XMLHttpRequest();
    xhr.open('GET', place());
    xhr.responseType = 'document';
    xhr.onload = function () {
      if (xhr.status === 200 && xhr.response && xhr.response.body.dataset.signed) take(xhr.response);
      else tell(xhr.status === 200 || xhr.status === 401 ? 'ended' : 'lost');
    };
    xhr.onloadend = function () {
      asking = false;
      if (again) soon(1000);
    };
    xhr.send();
  }

  function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(refresh, wait);
  }

  function concerns(message) {
    if (message.entry <= Number(body.dataset.entry) - 1) return false;
    const live = body.dataset.live;
    return (message.kind === 'case' && (live === 'cases' || (live === 'case' && message.case === Number(body.dataset.case)))) ||
      (message.kind === 'office' && live === 'office');
  }

  let missing = 0;
  const words = lost ? lost.textContent : '';

  /* Each failed try is told; the first one starts the wait, or frequent tries would put the banner off for ever. */
  function tell(state) {
    if (!lost) return;
    if (state === 'found') {
      clearTimeout(missing);
      missing = 0;
      if (!lost.hidden) { lost.hidden = true; if (body.dataset.live) soon(0); }
      return;
    }
    lost.textContent = state === 'ended' ? 'サインインが切れました。別の画面でサインインし直してください。ここの入力は残っています。' : words;
    if (state === 'ended') lost.hidden = false;
    else if (!missing) missing = setTimeout(function () { lost.hidden = false; }, 3000);
  }

  function hear(message) {
    if (message.kind === 'state') tell(message.state);
    else if (concerns(message)) soon(150);
  }

  /* --- the one connection --- */

  function connect(say) {
    const source = new EventSource('/api/v1/events');
    source.onopen = function () { say({ kind: 'state', state: 'found' }); };
    source.onerror = function () {
      say({ kind: 'state', state: 'lost' });
      if (source.readyState === EventSource.CLOSED) setTimeout(function () { connect(say); }, 5000);
    };
    source.addEventListener('head', function (e) {
      if (JSON.parse(e.data).head > Number(body.dataset.entry) && body.dataset.live) soon(0);
    });
    ['case', 'office'].forEach(function (kind) {
      source.addEventListener(kind, function (e) { say(Object.assign({ kind: kind }, JSON.parse(e.data))); });
    });
  }

  function begin() {
    if (!window.BroadcastChannel || !navigator.locks) { connect(hear); return; }
    const channel = new BroadcastChannel('shodo-' + person);
    channel.onmessage = function (e) { hear(e.data); };
    navigator.locks.request('shodo-events-' + person, function () {
      connect(function (message) { channel.postMessage(message); hear(message); });
      return new Promise(function () { /* held until the tab goes */ });
    });
  }

  if (body.dataset.signed && window.EventSource) begin();

  document.addEventListener('click', function (event) {
    document.querySelectorAll('details.me[open]').forEach(function (d) { if (!d.contains(event.target)) d.open = false; });
  });
})();
