/** The page's colours, from its CSS variables, as a Vega-Lite configuration. */
globalThis.landfallTheme = (narrow) => {
  const style = getComputedStyle(document.documentElement);
  const css = (name) => style.getPropertyValue(`--${name}`).trim();
  const ink = css('ink');
  const muted = css('muted');
  const series = Array.from({ length: 8 }, (_, index) => css(`series-${index + 1}`));
  const text = { labelColor: muted, titleColor: muted, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 };
  // A y title lies flat above its axis: read without tilting one's head, and no width is lost on a phone.
  const flat = {
    titleAngle: 0,
    titleAlign: 'left',
    titleAnchor: 'end',
    titleBaseline: 'bottom',
    titleX: 0,
    titleY: -10,
  };
  return {
    aria: false,
    background: 'transparent',
    font: css('font'),
    padding: { left: 4, top: 8, right: 12, bottom: 4 },
    customFormatTypes: true,
    tooltipFormat: { numberFormatType: 'figure' },
    view: { stroke: null },
    axis: { ...text, domainColor: css('line'), tickColor: css('line'), gridColor: css('grid'), labelPadding: 6 },
    axisX: {
      grid: false,
      titleAlign: 'right',
      titleAnchor: 'end',
      titlePadding: 12,
      labelOverlap: 'greedy',
      labelSeparation: 8,
      labelFlush: false,
    },
    axisXQuantitative: { tickCount: { signal: 'ceil(width / 80)' } },
    axisY: { ...flat, labelLimit: narrow ? 140 : 300, domain: false, ticks: false, tickCount: 5 },
    legend: {
      ...text,
      titlePadding: 8,
      labelLimit: 220,
      symbolLimit: 60,
      // Of sizes; colours and shapes bring their own.
      symbolBaseFillColor: muted,
      symbolBaseStrokeColor: muted,
      rowPadding: 5,
      ...(narrow
        ? { orient: 'bottom', columns: 2, labelLimit: 130, columnPadding: 12, gradientLength: 140 }
        : { orient: 'right', offset: 20 }),
    },
    range: {
      category: series,
      heatmap: [css('ramp-low'), css('ramp-high')],
      ramp: [css('ramp-low'), css('ramp-high')],
      diverging: [css('below'), css('surface'), css('above')],
    },
    mark: { color: series[0], tooltip: true },
    line: { strokeWidth: 2, strokeJoin: 'round', strokeCap: 'round' },
    area: { fillOpacity: 0.25, line: false },
    point: { filled: true, size: 60, opacity: 1 },
    bar: { cornerRadiusEnd: 2 },
    rule: { color: muted },
    text: { color: ink, fontSize: 12 },
    // Names that a panel's mark can give as its `style`, instead of a colour that suits one theme only.
    style: {
      accent: { color: series[1] },
      muted: { color: muted },
      ring: { filled: false, stroke: ink, strokeWidth: 1.5 },
      label: { fill: ink, fontSize: 12, fontWeight: 600 },
    },
  };
};
