/** Draws each chart of the page, and again when the colours or the layout for narrow screens change. */
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
    const { spec, columns, rows } = JSON.parse(script.textContent);
    const data = { ...spec.data, values: rowObjects({ columns, rows }) };
    return { target: document.getElementById(script.dataset.chart), spec: { ...spec, data }, result: null };
  }

  async function draw(chart) {
    try {
      chart.result?.finalize();
      chart.result = await globalThis.vegaEmbed(chart.target, chart.spec, {
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
      // The element around it is the image, with a name; what it is drawn of would be read out shape by shape.
      chart.target.querySelector('svg').setAttribute('aria-hidden', 'true');
      chart.target.dataset.drawn = 'yes';
    } catch (error) {
      console.error(error);
      chart.target.removeAttribute('role');
      chart.target.textContent = `This chart could not be drawn: ${error.message}`;
      chart.target.dataset.drawn = 'failed';
    }
  }

  globalThis.vega.expressionFunction('figure', figure);
  const charts = Array.from(document.querySelectorAll('script[data-chart]'), readChart);
  const drawAll = () => Promise.all(charts.map(draw));
  for (const query of REDRAW_ON) query.addEventListener('change', drawAll);
  drawAll();
})();
