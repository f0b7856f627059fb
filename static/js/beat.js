// The timers of a hidden page are slowed to one a minute; those of a worker are not.
setInterval(() => postMessage(null), 250);
