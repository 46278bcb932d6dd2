from locations.models.location import Level, Location, LocationQuerySet

__all__ = ["Level", "Location", "LocationQuerySet"]
