SELECT restaurant, epoch, seq FROM position
