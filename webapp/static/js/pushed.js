// Part of the service worker: shows what was pushed, and leads to it.

addEventListener("push", (event) => {
  const { title, url, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { tag, data: url, icon: `${ASSETS}img/icon-192.png` }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data));
});
