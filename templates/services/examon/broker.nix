# MQTT broker: publishers send here, the store listens.
{
  services.mosquitto = {
    enable = true;
    # Whoever reaches the host may publish and listen.
    listeners = [
      {
        acl = [ "topic readwrite #" ];
        omitPasswordAuth = true;
        settings.allow_anonymous = true;
      }
    ];
  };
}
