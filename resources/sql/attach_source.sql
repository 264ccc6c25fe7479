ATTACH ? AS source
