// Runs before the first paint: sets what the reader chose about the look, so that nothing flashes or jumps.
(function () {
  var chosen = null;
  var preferences = null;
  try {
    chosen = localStorage.getItem('mantine-color-scheme-value');
    preferences = JSON.parse(localStorage.getItem('calibr preferences') || '{}');
  } catch (e) {
    preferences = null;
  }
  var root = document.documentElement;
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  root.setAttribute('data-density', preferences && preferences.density === 'compact' ? 'compact' : 'comfortable');
  root.setAttribute('data-motion', preferences && preferences.motion === 'reduced' ? 'reduced' : 'system');
})();
