SELECT EXISTS(SELECT 1 FROM state WHERE restaurant = ?)
