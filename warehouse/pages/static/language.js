// Which language is shown: before the page is drawn, so that it does not flicker.
(() => {
  let wanted = null;
  try { wanted = localStorage.getItem("duixian-language"); } catch { /* storage is shut */ }
  if (wanted !== "zh" && wanted !== "en") wanted = (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
  const page = document.documentElement;
  page.classList.add("js", wanted);
  page.lang = wanted === "zh" ? "zh-Hans" : "en";
})();
