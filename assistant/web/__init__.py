"""People in a browser and programs that speak HTTP: read, call a service, show."""
