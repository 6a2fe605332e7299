/** Of the catalog: opens the table that the address names, and brings out where a node of a lineage comes from and leads. */
(() => {
  function open() {
    let place = '';
    try {
      place = decodeURIComponent(location.hash.slice(1));
    } catch {
      // An address that can't be read names no table.
    }
    const entry = document.getElementById(place);
    if (entry?.matches('details.entry')) entry.open = true;
  }

  const numbers = (text) => text.split(' ').filter(Boolean).map(Number);

  function trace(svg) {
    const nodes = Array.from(svg.querySelectorAll('[data-node]'));
    const edges = Array.from(svg.querySelectorAll('[data-edge]'), (path) => ({
      path,
      ends: numbers(path.dataset.edge),
    }));
    const reads = new Map(nodes.map(({ dataset }) => [Number(dataset.node), numbers(dataset.reads)]));
    const readers = new Map();
    for (const [node, inputs] of reads)
      for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), node]);

    function reached(start, next) {
      const found = new Set([start]);
      for (const node of found) for (const other of next.get(node) ?? []) found.add(other);
      return found;
    }

    function show(target) {
      const node = target?.closest?.('[data-node]');
      svg.classList.toggle('tracing', Boolean(node));
      if (!node) return;
      const start = Number(node.dataset.node);
      const sides = [reached(start, reads), reached(start, readers)];
      for (const one of nodes)
        one.classList.toggle(
          'lit',
          sides.some((side) => side.has(Number(one.dataset.node))),
        );
      for (const { path, ends } of edges)
        path.classList.toggle(
          'lit',
          sides.some((side) => ends.every((end) => side.has(end))),
        );
    }

    svg.addEventListener('pointerover', ({ target }) => show(target));
    svg.addEventListener('pointerleave', () => show(svg.querySelector(':focus-visible')));
    svg.addEventListener('focusin', ({ target }) => show(target));
    svg.addEventListener('focusout', () => show(null));
  }

  document.querySelectorAll('svg.lineage').forEach(trace);
  addEventListener('hashchange', open);
  open();
})();
