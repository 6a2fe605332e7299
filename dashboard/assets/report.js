/** Draws each chart of the page, and again when the colours, the layout for narrow screens or a reader's choice change. */
(() => {
  const NARROW = matchMedia('(max-width: 640px)');
  const REDRAW_ON = [NARROW, matchMedia('(prefers-color-scheme: dark)'), matchMedia('print')];

  /** Four significant digits from one up, but all of an integer's; three below one. */
  function figure(value) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return String(value ?? '–');
    const size = Math.abs(value);
    if (size < 1) return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
    const decimals = Math.max(3 - Math.floor(Math.log10(size)), 0);
    return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
  }

  function rowObjects({ columns, rows }) {
    return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
  }

  function readChart(script) {
    const { spec, choice, ...table } = JSON.parse(script.textContent);
    const id = script.dataset.chart;
    const frame = document.getElementById(`${id}-chart`);
    return { id, spec, choice, rows: rowObjects(table), frame, result: null };
  }

  /** Undefined where all is chosen. */
  function chosenOf({ id, choice }) {
    const { value } = document.getElementById(`${id}-choice`);
    return value === '' ? undefined : choice.values[Number(value)];
  }

  function specOf(chart) {
    const { spec, choice, rows } = chart;
    const shown = choice?.show === 'only' ? rows.filter((row) => row[choice.field] === chosenOf(chart)) : rows;
    const params = spec.params?.map((param) =>
      choice && param.name === 'chosen' ? { ...param, value: chosenOf(chart) ?? null } : param,
    );
    return { ...spec, ...(params && { params }), data: { ...spec.data, values: shown } };
  }

  async function draw(chart) {
    try {
      chart.result?.finalize();
      // Vega puts a role and a name of its own on what it draws in. The frame around it is the image, with a name that
      // says more; the shapes inside would be read out one by one, and are hidden.
      chart.result = await globalThis.vegaEmbed(chart.frame.firstElementChild, specOf(chart), {
        mode: 'vega-lite',
        renderer: 'svg',
        ast: true,
        actions: false,
        // Vega-Lite warns of a lost fit-y, which no chart here asks for, wherever rows have a fixed height.
        logLevel: globalThis.vega.Error,
        defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
        config: globalThis.landfallTheme(NARROW.matches),
      });
      chart.frame.dataset.drawn = 'yes';
    } catch (error) {
      console.error(error);
      chart.frame.removeAttribute('role');
      chart.frame.textContent = `This chart could not be drawn: ${error.message}`;
      chart.frame.dataset.drawn = 'failed';
    }
  }

  /** The table lists the chosen rows as the report wrote them, in columns aligned as their headings are. */
  function list(chart) {
    const { id, choice, rows } = chart;
    const value = chosenOf(chart);
    const cells = choice.cells.filter((_, index) => rows[index][choice.field] === value);
    const table = document.querySelector(`[id="${id}"] details table`);
    const headings = Array.from(table.tHead.rows[0].cells);
    const lines = cells.map((texts) => {
      const line = document.createElement('tr');
      for (const [index, text] of texts.entries()) {
        const cell = document.createElement(index === 0 ? 'th' : 'td');
        if (index === 0) cell.scope = 'row';
        cell.className = headings[index].className;
        cell.textContent = text;
        line.append(cell);
      }
      return line;
    });
    table.tBodies[0].replaceChildren(...lines);
    document.getElementById(`${id}-count`).textContent = cells.length === 1 ? '1 row' : `${cells.length} rows`;
  }

  function follow(chart) {
    const { id, choice } = chart;
    if (choice === undefined) return;
    const select = document.getElementById(`${id}-choice`);
    select.disabled = false;
    select.addEventListener('change', () => {
      if (choice.show === 'only') list(chart);
      draw(chart);
    });
    // A browser may bring a page back with the choice that was last made on it.
    if (choice.show === 'only') list(chart);
  }

  globalThis.vega.expressionFunction('figure', figure);
  const charts = Array.from(document.querySelectorAll('script[data-chart]'), readChart);
  /** Those that are looked at first, the others one by one, so that the page answers meanwhile. */
  async function drawAll() {
    const isShown = ({ frame }) => frame.closest('.away') === null;
    await Promise.all(charts.filter(isShown).map(draw));
    for (const chart of charts.filter((one) => !isShown(one))) {
      await new Promise((resolve) => setTimeout(resolve));
      await draw(chart);
    }
  }
  for (const query of REDRAW_ON) query.addEventListener('change', drawAll);
  charts.forEach(follow);
  drawAll();
})();
