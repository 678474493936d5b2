// Charts: each `figure[data-chart="id"]` is drawn from the JSON in `<template id="id">` (core/charts.py writes it;
// a script element would not survive a swap). Colours come from the tokens, so the theme's change redraws.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// ECharts reads no oklch: have the browser say what it is in plain numbers.
function plain(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return a === 255 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
}

function tokens() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => plain(style.getPropertyValue(name).trim());
  return {
    colours: [1, 2, 3, 4, 5].map((n) => read(`--chart-${n}`)),
    roles: { blue: read("--chart-1"), red: read("--chart-2"), quiet: read("--chart-quiet"), act: read("--chart-5") },
    ink: read("--color-base-content"),
    ink2: read("--ink-2"),
    line: read("--line"),
    raised: read("--raised"),
  };
}

function formatter(data) {
  const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return (value) => (value === null || value === undefined ? "–" : `${numbers.format(value)}${data.unit ? ` ${data.unit}` : ""}`);
}

// A few names beside each other all show, over two lines where they must; dates may leave some out.
function labels(data, lying, width) {
  if (lying) return { hideOverlap: true, width: data.label_width, overflow: "truncate" };
  const room = (width - 48) / data.categories.length;
  return data.categories.length <= 6 && room >= 48 ? { interval: 0, width: room - 6, overflow: "break", fontSize: room < 72 ? 11 : 12, lineHeight: 15 } : { hideOverlap: true };
}

// How many lines the legend takes: what is below it must begin lower.
function legendLines(data, width) {
  const words = data.series.reduce((sum, one) => sum + one.name.length * 7 + 32, 0);
  return Math.ceil(words / width);
}

function options(data, look, width) {
  const lying = data.kind === "hbar" || data.kind === "hstacked";
  const stacked = data.kind === "stacked" || data.kind === "hstacked";
  const line = data.kind === "line";
  const write = formatter(data);
  const text = { fontFamily: "Inter, system-ui, sans-serif", fontSize: 12, color: look.ink2 };
  const categories = { type: "category", data: data.categories, inverse: lying, axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false }, axisLabel: { ...text, ...labels(data, lying, width) } };
  const values = { type: "value", min: line && data.from_zero === false ? "dataMin" : 0, minInterval: data.whole ? 1 : 0, splitNumber: 4, splitLine: { lineStyle: { color: look.line } }, axisLabel: { ...text, formatter: (value) => write(value) } };
  const many = data.series.length > 1;
  return {
    animation: !quiet,
    animationDuration: 250,
    color: look.colours,
    textStyle: text,
    aria: { enabled: true, label: { description: data.description }, decal: { show: false } },
    grid: { left: 4, right: line && many ? 96 : lying ? 44 : 12, top: many && !line ? 8 + 26 * legendLines(data, width) : 14, bottom: 4, containLabel: true },
    legend: many && !line ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: text, selectedMode: false } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: line ? "line" : "shadow", lineStyle: { color: look.ink2 }, shadowStyle: { color: look.line, opacity: 0.35 } }, backgroundColor: look.raised, borderColor: look.line, textStyle: { ...text, color: look.ink }, valueFormatter: write, confine: true },
    xAxis: lying ? { ...values, axisLabel: { show: false }, splitLine: { show: false } } : categories,
    yAxis: lying ? { ...categories, axisLine: { show: false } } : values,
    series: data.series.map((one, index) => {
      const colour = look.roles[one.role] ?? look.colours[index % 5];
      return {
        name: one.name,
        type: line ? "line" : "bar",
        data: one.values,
        stack: stacked ? "all" : undefined,
        itemStyle: { color: colour, borderRadius: stacked ? 0 : lying ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: stacked ? look.raised : undefined, borderWidth: stacked ? 1 : 0 },
        lineStyle: { width: 2, color: colour },
        symbol: ["circle", "rect", "triangle", "diamond", "roundRect"][index % 5],
        symbolSize: 6,
        showSymbol: line && one.values.length <= 24,
        barMaxWidth: 26,
        label: lying && !many ? { show: true, position: "right", ...text, formatter: ({ value }) => write(value) } : undefined,
        endLabel: line && many ? { show: true, ...text, color: colour, formatter: one.name, width: 88, overflow: "truncate" } : undefined,
        markLine: index === 0 && data.target !== undefined && data.target !== null ? { silent: true, symbol: "none", lineStyle: { color: look.ink2, type: "dashed" }, label: { ...text, formatter: data.target_label ?? "" }, data: [lying ? { xAxis: data.target } : { yAxis: data.target }] } : undefined,
      };
    }),
  };
}

function draw(figure) {
  const source = document.getElementById(figure.dataset.chart);
  const plot = figure.querySelector(".chart-plot");
  if (!source || !plot) return;
  const data = JSON.parse(source.content.textContent);
  const chart = echarts.getInstanceByDom(plot) ?? echarts.init(plot, null, { renderer: "svg" });
  chart.setOption(options({ ...data, label_width: plot.clientWidth > 640 ? 260 : 130 }, tokens(), plot.clientWidth), true);
}

function drawAll() {
  document.querySelectorAll("figure[data-chart]").forEach(draw);
}

// Drawn anew as well: what the names and the legend need depends on the width.
new ResizeObserver(() => {
  for (const plot of document.querySelectorAll("figure[data-chart] .chart-plot")) echarts.getInstanceByDom(plot)?.resize();
  drawAll();
}).observe(document.documentElement);
document.addEventListener("themechange", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
drawAll();
