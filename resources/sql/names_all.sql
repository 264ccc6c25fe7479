SELECT restaurant, device, name FROM name
