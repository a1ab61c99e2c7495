/* What is typed is not lost: kept in the browser at once, at the server a second later; it comes back after a restart,
   in another tab and on another machine.  What two tabs wrote is shown side by side.  Everything works without it.
   No text ever becomes markup here (trusted-types 'none'). */
'use strict';
(function () {
  const person = document.body.dataset.person || '';
  const prefix = 'shodo-draft:' + person + ':';
  const dirty = new Set();
  const all = [];

  function storage(action) {
    try { return action(window.localStorage); } catch (e) { return null; }
  }

  /* What the form was begun from goes with what was typed: the server then knows what was left as it was. */
  function kept(e) { return e.hasAttribute('data-kept'); }

  function fieldsOf(form) {
    return Array.from(form.elements).filter(function (e) {
      return e.name && (e.type !== 'hidden' || kept(e)) && e.type !== 'password' && e.type !== 'submit';
    });
  }

  function chosen(e) { return e.type === 'checkbox' || e.type === 'radio'; }

  /* Not as the server wrote it? */
  function typed(e) {
    if (e.hasAttribute('data-typed')) return true;
    if (chosen(e)) return e.checked !== e.defaultChecked;
    if (e.tagName !== 'SELECT') return e.value !== e.defaultValue;
    const own = Array.from(e.options).find(function (o) { return o.defaultSelected; }) || e.options[0];
    return Boolean(own) && e.value !== own.value;
  }

  function based(form) { return Boolean(form.querySelector('[data-kept]')); }

  function taken(form) {
    const marks = based(form);
    return fieldsOf(form).map(function (e) {
      const field = [e.name, chosen(e) ? e.value : null, chosen(e) ? e.checked : e.value];
      if (marks) field.push(kept(e) || typed(e));
      return field;
    });
  }

  /* Of what was kept, what takes the place of what the server wrote: nothing that another may have changed since. */
  function typedOf(form, fields) {
    if (!based(form)) return fields;
    const isKept = function (f) { const e = find(form, 0, f); return Boolean(e) && kept(e); };
    const mine = fields.filter(function (f) { return f[3] !== false && !isKept(f); });
    return mine.length ? mine.concat(fields.filter(isKept)) : [];
  }

  function find(form, i, field) {
    const elements = fieldsOf(form);
    const fits = function (e) { return e.name === field[0] && (field[1] === null ? !chosen(e) : e.value === field[1]); };
    return elements[i] && fits(elements[i]) ? elements[i] : elements.find(fits);
  }

  function put(form, fields) {
    fields.forEach(function (f, i) {
      const e = find(form, i, f);
      if (e && chosen(e)) e.checked = f[2]; else if (e) e.value = f[2];
    });
  }

  function same(a, b) { return JSON.stringify(a) === JSON.stringify(b); }

  function at(ms) {
    const time = new Date(ms);
    return time.getHours() + ':' + String(time.getMinutes()).padStart(2, '0');
  }

  function element(name, className, text) {
    const e = document.createElement(name);
    if (className) e.className = className;
    if (text) e.textContent = text;
    return e;
  }

  function button(text, action) {
    const b = element('button', '', text);
    b.type = 'button';
    b.addEventListener('click', action);
    return b;
  }

  /* DONE gets the status, 0 for a dropped line, and what was answered. */
  function ask(method, path, body, done) {
    const xhr = new XMLHttpRequest();
    xhr.open(method, '/drafts/' + path);
    xhr.onloadend = function () {
      let answer = null;
      try { answer = JSON.parse(xhr.responseText); } catch (e) { /* no answer */ }
      done(xhr.status, answer);
    };
    if (body) xhr.setRequestHeader('Content-Type', 'application/json');
    xhr.send(body ? JSON.stringify(body) : null);
    return xhr;
  }

  /* --- one form --- */

  function tell(d, text) {
    if (!d.state) {
      d.state = element('p', 'draft-state');
      (d.form.querySelector('.go') || d.form).append(d.state);
    }
    d.state.textContent = text;
  }

  /* TRUE: the browser keeps it. */
  function keep(d, synced) {
    return storage(function (s) {
      s.setItem(prefix + d.name, JSON.stringify({ at: Date.now(), fields: taken(d.form), base: d.base, synced: synced }));
      return true;
    });
  }

  function forget(d) { storage(function (s) { s.removeItem(prefix + d.name); }); }

  function later(d, wait) {
    clearTimeout(d.timer);
    d.timer = setTimeout(function () { save(d); }, wait);
  }

  function saved(d, fields, version) {
    d.base = version;
    d.saved = JSON.stringify(fields);
    keep(d, true);
    tell(d, '書きかけを保存しました（' + at(Date.now()) + '）');
  }

  function save(d) {
    const fields = taken(d.form);
    if (d.conflict || d.sent || JSON.stringify(fields) === d.saved) return;
    if (d.asking) { later(d, 300); return; }
    d.asking = ask('POST', d.name, { base: d.base, fields: fields, instance: d.instance }, function (status, answer) {
      d.asking = null;
      if (status === 200) saved(d, fields, answer.version);
      else if (status === 409) conflict(d, answer);
      else if (status === 0 || status >= 500) { tell(d, '接続が切れています。書きかけはこの端末に残しています。'); later(d, 3000); }
      else if (status !== 401 && status !== 303) tell(d, '書きかけをサーバに保存できません。この端末には残しています。');
    });
  }

  /* --- two texts --- */

  function labelOf(e) {
    const set = e.closest('fieldset');
    const own = e.labels && e.labels[0] ? e.labels[0].querySelector('.name') || e.labels[0] : null;
    const legend = set ? set.querySelector('legend .name') || set.querySelector('legend') : null;
    const row = e.closest('fieldset.row');
    const of = row && row.id ? row.querySelector('legend').textContent.trim() + '　' : '';
    return of + ((chosen(e) ? legend || own : own) || e).textContent.trim() || e.name;
  }

  function textOf(form, fields, name) {
    return fields.filter(function (f) { return f[0] === name && (f[1] === null || f[2]); }).map(function (f) {
      if (f[1] === null) return f[2];
      const e = find(form, 0, f);
      return e && e.labels && e.labels[0] ? e.labels[0].textContent.trim() : f[1];
    }).join('、');
  }

  function differing(form, mine, other) {
    const names = new Set(mine.concat(other).map(function (f) { return f[0]; }));
    return Array.from(names).filter(function (n) {
      const e = form.elements[n];
      return !(e instanceof Element && kept(e)) && textOf(form, mine, n) !== textOf(form, other, n);
    });
  }

  function column(d, title, fields, names) {
    const box = element('div', 'column');
    const list = element('dl');
    box.append(element('h3', '', title), list);
    names.forEach(function (n) {
      const e = d.form.elements[n];
      const one = e instanceof RadioNodeList ? e[0] : e;
      list.append(element('dt', '', one ? labelOf(one) : n), element('dd', '', textOf(d.form, fields, n) || '（空）'));
    });
    return box;
  }

  function conflict(d, other) {
    const mine = taken(d.form);
    const names = differing(d.form, mine, other.fields);
    if (!names.length) { saved(d, mine, other.version); return; }
    const box = element('section', 'conflict');
    const both = element('div', 'both');
    const go = element('div', 'choose-one');
    d.conflict = box;
    box.setAttribute('role', 'alert');
    both.append(column(d, 'この画面の入力', mine, names), column(d, '別の画面の入力（' + at(other.at) + ' に保存）', other.fields, names));
    function choose(fields, rest) {
      const left = element('details', 'left-out');
      left.append(element('summary', '', '選ばなかった方の入力'), column(d, '', rest, names));
      box.replaceWith(left);
      put(d.form, fields);
      d.conflict = null;
      d.base = other.version;
      dirty.add(d.form);
      keep(d, false);
      save(d);
    }
    go.append(button('この画面の入力を残す', function () { choose(taken(d.form), other.fields); }),
      button('別の画面の入力を使う', function () { choose(other.fields, taken(d.form)); }));
    box.append(element('h2', '', '別の画面でも書かれています'), element('p', '', 'どちらを残すか選んでください。選ばなかった方も、送るまでこの画面に残します。'), both, go);
    d.form.prepend(box);
  }

  /* --- coming back --- */

  function discard(d, box) {
    put(d.form, d.before);
    clearTimeout(d.timer);
    forget(d);
    dirty.delete(d.form);
    d.saved = JSON.stringify(d.before);
    ask('POST', d.name + '/discard', null, function () { d.base = 0; });
    box.remove();
  }

  function restore(d, fields, words) {
    if (same(fields, taken(d.form))) return;
    put(d.form, typedOf(d.form, fields));
    if (same(d.before, taken(d.form))) return;
    dirty.add(d.form);
    const p = element('p', 'restored', words);
    p.setAttribute('role', 'status');
    p.append(button('書きかけを消す', function () { discard(d, p); }));
    d.form.querySelectorAll('.restored').forEach(function (e) { e.remove(); });
    d.form.prepend(p);
  }

  function localOf(d) {
    const text = storage(function (s) { return s.getItem(prefix + d.name); });
    try { return text ? JSON.parse(text) : null; } catch (e) { return null; }
  }

  function begin(d, server) {
    const local = localOf(d);
    const words = '前に書きかけた入力を戻しました。';
    if (dirty.has(d.form)) { later(d, 300); return; } /* typed while we asked: the server tells when another did */
    d.base = server ? server.version : 0;
    if (d.back) { later(d, 300); return; } /* what was sent stands in the form */
    if (local && !local.synced) {
      restore(d, local.fields, words);
      if (server && server.version !== local.base && !same(server.fields, taken(d.form))) conflict(d, server);
      else later(d, 300);
    } else if (server) {
      restore(d, server.fields, words);
      d.saved = JSON.stringify(taken(d.form));
    } else if (local) forget(d); /* sent or thrown away elsewhere */
  }

  function load(d) {
    ask('GET', d.name, null, function (status, answer) {
      d.form.setAttribute('data-loaded', 'yes'); /* a field may be called dataset */
      if (status === 200 && answer) begin(d, answer.version ? answer : null);
      else {
        const local = localOf(d);
        if (local && !dirty.has(d.form)) { restore(d, local.fields, '前に書きかけた入力を戻しました。'); later(d, 3000); }
      }
    });
  }

  /* Another tab may have gone on with it. */
  function look(d) {
    if (d.conflict || d.asking || d.sent || (d.saved && JSON.stringify(taken(d.form)) !== d.saved)) return;
    ask('GET', d.name, null, function (status, answer) {
      if (status !== 200 || !answer || !answer.version || answer.version <= d.base || d.conflict) return;
      if (JSON.stringify(taken(d.form)) !== (d.saved || JSON.stringify(d.before))) return;
      restore(d, answer.fields, '別の画面で書いた入力を反映しました。');
      d.base = answer.version;
      d.saved = JSON.stringify(taken(d.form));
    });
  }

  /* Was the form sent, and has it come back with advice or a refusal?  The server then tells whose it is. */
  function cameBack(form) { return Boolean(form.querySelector('input[name="_instance"]')); }

  /* A form that was sent and did not come back was recorded: its draft has done its work. */
  function forgetSent() {
    let sent = null;
    try { sent = sessionStorage.getItem('shodo-sent'); sessionStorage.removeItem('shodo-sent'); } catch (e) { return; }
    const back = Array.from(document.querySelectorAll('form[data-draft]')).some(function (form) {
      return prefix + form.getAttribute('data-draft') === sent && cameBack(form);
    });
    if (sent && !back) storage(function (s) { s.removeItem(sent); });
  }

  /* Goes with every save and with the form: what arrives after the form was recorded is let go.  A form that comes
     back with advice or a refusal is the same one, so that a late save from before is let go as well. */
  function instance(form) {
    const there = form.querySelector('input[name="_instance"]');
    if (there) return there.value;
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = '_instance';
    input.value = Date.now().toString(36) + '-' + Array.from(crypto.getRandomValues(new Uint32Array(3)), function (n) { return n.toString(36); }).join('');
    form.append(input);
    return input.value;
  }

  function watch(form) {
    const d = { back: cameBack(form), instance: instance(form), form: form, name: form.getAttribute('data-draft'), before: taken(form), base: 0, saved: null, timer: 0, asking: null, conflict: null };
    let soon = 0;
    all.push(d);
    load(d);
    form.addEventListener('input', function () {
      dirty.add(form);
      clearTimeout(soon);
      soon = setTimeout(function () { keep(d, false); }, 200);
      later(d, 1000);
    });
    form.addEventListener('submit', function () {
      clearTimeout(soon);
      clearTimeout(d.timer);
      if (d.asking) d.asking.abort();
      keep(d, false);
      d.sent = true;
      dirty.delete(form);
      try { sessionStorage.setItem('shodo-sent', prefix + d.name); } catch (e) { /* the draft then stays */ }
    });
  }

  forgetSent();
  document.querySelectorAll('form[data-draft]').forEach(watch);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden) all.forEach(look);
  });
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) all.forEach(function (d) { d.sent = false; });
  });
  window.addEventListener('beforeunload', function (event) {
    if (dirty.size) event.preventDefault();
  });

  /* To another part of the same form: what was typed stays where it is, and nobody need be asked. */
  document.querySelectorAll('.parts a').forEach(function (a) {
    a.addEventListener('click', function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      all.filter(function (d) { return dirty.has(d.form); }).forEach(function (d) {
        const there = JSON.stringify(taken(d.form)) === d.saved;
        if (keep(d, there) || there) dirty.delete(d.form);
        if (!there) save(d);
      });
    });
  });
  document.querySelectorAll('[data-draft-of]').forEach(function (part) {
    const name = part.getAttribute('data-draft-of');
    const local = part.querySelector('[aria-current], .tag') ? null : localOf({ name: name });
    if (local && !local.synced) part.append(' ', element('span', 'tag soon', '書きかけあり'));
  });

  document.querySelectorAll('form[action="/signout"]').forEach(function (form) {
    form.addEventListener('submit', function () {
      storage(function (s) {
        Object.keys(s).filter(function (k) { return k.startsWith(prefix); }).forEach(function (k) { s.removeItem(k); });
      });
      dirty.clear();
    });
  });
})();
