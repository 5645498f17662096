const response = await fetch('/api/time');
const { now } = await response.json();
document.querySelector('#app').textContent = `${location.pathname} at ${now}`;
